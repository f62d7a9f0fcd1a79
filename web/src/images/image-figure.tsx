import type { ImageItem } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { cn } from "@/lib/class-names";
import { Thumbnail } from "./thumbnail";

interface ImageFigureProps {
  image: ImageItem;
  color: (label: string) => string;
  /** One line more on what is wrong. */
  note: string;
  onOpen: (id: number) => void;
  className?: string;
}

/** An image that can be opened, and its class. */
export function ImageFigure({ image, color, note, onOpen, className }: ImageFigureProps) {
  return (
    <figure className={cn("min-w-0", className)}>
      <button
        type="button"
        tabIndex={-1}
        className="block w-full rounded-md"
        aria-label={`Open ${image.original_name}`}
        title={image.original_name}
        onClick={() => onOpen(image.id)}
      >
        <Thumbnail address={image.thumbnail} alt="" />
      </button>
      <figcaption className="mt-1.5 text-xs text-muted-foreground">
        {image.label === null ? (
          "no class"
        ) : (
          <ClassLabel label={image.label} color={color(image.label)} className="text-foreground" />
        )}
        <span className="block truncate">{note}</span>
      </figcaption>
    </figure>
  );
}
