import { ArrowRight } from "lucide-react";
import type { Mistake } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { ImageFigure } from "@/images/tiles/image-figure";
import { formatPercent } from "@/lib/format";
import { nowWords } from "./mistake-words";

interface MistakeFigureProps {
  item: Mistake;
  color: (label: string) => string;
  overlay: string | null;
  onOpen: () => void;
  tabbable?: boolean;
}

/** A test image, its class, and what a version took it for. */
export function MistakeFigure({ item, color, ...props }: MistakeFigureProps) {
  const { image_id: id, label, predicted, confidence, thumbnail } = item;
  const now = nowWords(item);
  return (
    <ImageFigure name={`Open picture ${id}: ${label} taken for ${predicted}`} address={thumbnail} {...props}>
      <ClassLabel label={label} color={color(label)} className="max-w-full text-foreground" />
      {label !== predicted && (
        <span className="flex items-center gap-1">
          <ArrowRight className="size-3 shrink-0" aria-label="taken for" />
          <ClassLabel label={predicted} color={color(predicted)} className="font-medium text-foreground" />
        </span>
      )}
      <span className="block truncate">
        {formatPercent(confidence)} sure{now && <span className="text-foreground"> · {now}</span>}
      </span>
    </ImageFigure>
  );
}
