"use client";
import { useState } from "react";
import type { ModelComparison } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { Panel } from "@/components/layout/panel";
import { useClassColor } from "@/hooks/use-class-color";
import { ImageDialog } from "@/images/dialog/image-dialog";
import { ImageFigure } from "@/images/tiles/image-figure";
import { formatCount, formatPercent, plural } from "@/lib/format";

interface ComparedImagesProps {
  comparison: ModelComparison;
  /** Whose right answers: those of the first version or of the second. */
  side: 0 | 1;
}

/** Images that one of the two gets right and the other wrong, the surest mistakes first. */
export function ComparedImages({ comparison, side }: ComparedImagesProps) {
  const color = useClassColor();
  const [opened, open] = useState<number | null>(null);
  const { versions, mcnemar, only_first, only_second } = comparison;
  const [items, count] = side === 0 ? [only_first, mcnemar.only_first] : [only_second, mcnemar.only_second];
  const other = versions[1 - side];
  return (
    <Panel
      title={`Only version ${versions[side]} is right: ${formatCount(count)}`}
      description={count > items.length && `The first ${plural(items.length, "picture")}`}
    >
      {items.length === 0 && <p className="text-sm text-muted-foreground">No such picture.</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-4" data-testid={`only-${side + 1}`}>
        {items.map(({ image_id: id, thumbnail, label, predicted, confidence }) => (
          <li key={id} className="min-w-0 [contain-intrinsic-size:auto_11rem] [content-visibility:auto]">
            <ImageFigure name={`Open picture ${id}: ${label}`} address={thumbnail} onOpen={() => open(id)} tabbable>
              <ClassLabel label={label} color={color(label)} className="max-w-full text-foreground" />
              <span className="block break-words">
                version {other}: {predicted[1 - side]}, {formatPercent(confidence[1 - side])}
              </span>
            </ImageFigure>
          </li>
        ))}
      </ul>
      <ImageDialog id={opened} ids={items.map((item) => item.image_id)} onOpen={open} />
    </Panel>
  );
}
