import { Check } from "lucide-react";
import { memo } from "react";
import { cn } from "@/lib/class-names";
import { GalleryImage } from "./gallery-image";

interface PictureCellProps {
  id: number;
  index: number;
  column: number;
  label: string | undefined;
  color: string;
  /** The split, where it is known. */
  split: string | undefined;
  selected: boolean;
  /** The one cell that Tab reaches. */
  current: boolean;
}

export const cellId = (id: number) => `picture-${id}`;

/** A picture of the gallery with its class; the grid hears what is done with it. */
export const PictureCell = memo(function PictureCell(props: PictureCellProps) {
  const { id, index, column, label = "no class", color, split, selected, current } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: its row is no row of a table
    <div
      id={cellId(id)}
      role="gridcell"
      data-index={index}
      aria-colindex={column}
      aria-selected={selected}
      aria-label={[label, split, `picture ${id}`].filter(Boolean).join(", ")}
      title={label}
      tabIndex={current ? 0 : -1}
      className="group relative min-w-0 scroll-mt-16 scroll-mb-36 rounded-md select-none md:scroll-mt-4 md:scroll-mb-20"
    >
      <GalleryImage id={id} />
      {selected && (
        <span className="absolute inset-x-0 top-0 aspect-square rounded-md bg-accent/15 ring-3 ring-accent ring-inset" />
      )}
      <span
        data-check=""
        className={cn(
          "absolute top-1.5 left-1.5 grid size-6 place-items-center rounded-full border shadow-sm",
          selected
            ? "border-accent bg-accent text-accent-foreground"
            : "border-control bg-surface/90 opacity-0 group-hover:opacity-100 pointer-coarse:opacity-100",
        )}
      >
        {selected && <Check className="size-4" />}
      </span>
      <span className="flex h-5.5 items-center gap-1.5 text-xs text-muted-foreground">
        <span className="size-2 shrink-0 rounded-full" style={{ background: color }} />
        <span className="truncate">{label}</span>
      </span>
    </div>
  );
});
