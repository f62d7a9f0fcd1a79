"use client";
import { type CSSProperties, memo, useEffect, useRef } from "react";
import { cellId } from "@/images/dialog/image-dialog";
import { keepPixels } from "@/images/tiles/pixels";
import { imageSource } from "@/images/tiles/use-image-address";

interface ImageCellProps {
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

/** A fast scroll makes thousands of cells: the tick is drawn without an element of its own. */
const CELL =
  "group relative min-w-0 scroll-mt-16 scroll-mb-36 rounded-md select-none md:scroll-mt-4 md:scroll-mb-20 " +
  "after:absolute after:top-1.5 after:left-1.5 after:grid after:size-6 after:place-items-center after:rounded-full after:border after:border-control after:bg-surface/90 after:text-sm after:opacity-0 hover:after:opacity-100 pointer-coarse:after:opacity-100 " +
  "aria-selected:after:border-accent aria-selected:after:bg-accent aria-selected:after:text-accent-foreground aria-selected:after:opacity-100 aria-selected:after:content-['✓']";
/** The corner of a cell in which the tick is, in pixels. */
const TICK_PX = 34;

/** Whether a click falls on the tick of a cell. */
export function isOnTick(cell: Element, event: { clientX: number; clientY: number }): boolean {
  const { left, top } = cell.getBoundingClientRect();
  return event.clientX - left < TICK_PX && event.clientY - top < TICK_PX;
}

/** An image of the gallery with its class; the grid hears what is done with it. */
export const ImageCell = memo(function ImageCell(props: ImageCellProps) {
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
      className={CELL}
    >
      <GalleryImage id={id} />
      <span
        className="block h-5.5 truncate text-xs leading-5.5 text-muted-foreground before:mr-1.5 before:inline-block before:size-2 before:rounded-full before:bg-(--class-color)"
        style={{ "--class-color": color } as CSSProperties}
      >
        {label}
      </span>
    </div>
  );
});

/** Images that a fast scroll passes by are never asked for. */
const PATIENCE_MS = 120;

/** A thumbnail that is asked for once it has stood still, and given up when it leaves the page. */
function GalleryImage({ id }: { id: number }) {
  const ref = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const image = ref.current;
    if (!image) return;
    const stop = new AbortController();
    const show = async () => {
      const source = await imageSource(`/api/images/${id}/file?size=thumb`, stop.signal).catch(() => null);
      if (source && !stop.signal.aborted) image.src = source;
    };
    const timer = setTimeout(() => void show(), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
      // An image that is only taken out of the page goes on loading; without an address it stops.
      if (!image.complete) image.removeAttribute("src");
    };
  }, [id]);
  return (
    // biome-ignore lint/performance/noImgElement: a static export has no image service
    <img
      ref={ref}
      alt=""
      draggable={false}
      decoding="async"
      className="aspect-square w-full rounded-md bg-muted object-cover outline-accent group-aria-selected:outline-4 group-aria-selected:-outline-offset-4"
      onLoad={keepPixels}
    />
  );
}
