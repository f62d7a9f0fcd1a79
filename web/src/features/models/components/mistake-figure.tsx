import { ArrowRight } from "lucide-react";
import type { Mistake } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { ImageFrame } from "@/images/image-frame";
import { formatPercent } from "@/lib/format";
import { nowWords } from "../mistake-words";

interface MistakeFigureProps {
  item: Mistake;
  color: (label: string) => string;
  overlay: string | null;
  onOpen: (id: number) => void;
  tabIndex?: number;
}

/** A test image, its class, and what a version took it for. */
export function MistakeFigure({ item, color, overlay, onOpen, tabIndex }: MistakeFigureProps) {
  const { image_id: id, label, predicted, confidence } = item;
  const now = nowWords(item);
  return (
    <figure className="min-w-0">
      <button
        type="button"
        tabIndex={tabIndex}
        className="block w-full rounded-md"
        aria-label={`Open picture ${id}: ${label} taken for ${predicted}`}
        onClick={() => onOpen(id)}
      >
        <ImageFrame address={item.thumbnail} alt="" overlay={overlay} className="aspect-square w-full rounded-md" />
      </button>
      <figcaption className="mt-1.5 text-xs">
        <ClassLabel label={label} color={color(label)} className="max-w-full" />
        {label !== predicted && (
          <span className="flex items-center gap-1">
            <ArrowRight className="size-3 shrink-0 text-muted-foreground" aria-label="taken for" />
            <ClassLabel label={predicted} color={color(predicted)} className="font-medium" />
          </span>
        )}
        <span className="block truncate text-muted-foreground">
          {formatPercent(confidence)} sure{now && <span className="text-foreground"> · {now}</span>}
        </span>
      </figcaption>
    </figure>
  );
}
