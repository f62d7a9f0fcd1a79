"use client";
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { ImageIds } from "@/api/types";
import { Skeleton } from "@/components/ui/skeleton";
import { useClassColor } from "@/hooks/use-class-color";
import { useSize } from "@/hooks/use-size";
import { cellId } from "@/images/dialog/image-dialog";
import { SPLITS } from "@/images/image-words";
import { CAPTION_PX, GAP_PX, geometryOf, keyTarget } from "../geometry";
import { extendTo, focusOn, type Selection, selectOnly, toggleAt } from "../selection";
import { ImageCell, isOnTick } from "./image-cell";

/** Rows that are made before they can be seen, at both ends. */
const OVERSCAN = 3;

interface ImageGridProps {
  images: ImageIds;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  onOpen: (index: number) => void;
}

/** All images of a filter; only the rows near the window are in the page. */
export function ImageGrid({ images, selection, onSelection, onOpen }: ImageGridProps) {
  const { ids, classes, splits, class_names: names } = images;
  const { ids: selected, focus } = selection;
  const color = useClassColor();
  const grid = useRef<HTMLDivElement>(null);
  const followFocus = useRef(false);
  const touch = useRef(false);
  const { width } = useSize(grid);
  const { columns, side, rowHeight } = geometryOf(width);
  const rowCount = width > 0 ? Math.ceil(ids.length / columns) : 0;
  const focusRow = Math.floor(focus / columns);
  const [top, setTop] = useState(0);
  const rows = useWindowVirtualizer({
    count: rowCount,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: top,
    // The focused cell stays in the page, wherever the window looks, so that the focus is not lost.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), Math.min(focusRow, range.count - 1)])],
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useLayoutEffect(() => rows.measure(), [rowHeight]);
  useLayoutEffect(() => {
    // What stands above the grid may have grown.
    if (grid.current) setTop(Math.round(grid.current.getBoundingClientRect().top + window.scrollY));
  });

  useLayoutEffect(() => {
    if (!followFocus.current) return;
    followFocus.current = false;
    const cell = document.getElementById(cellId(ids[focus] ?? 0));
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest" });
  });

  const onKeyDown = (
    event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "preventDefault">,
  ) => {
    const far = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const screen = Math.max(1, Math.floor(window.innerHeight / rowHeight) - 1);
    const place = { index: focus, count: ids.length, columns, screen };
    const target = keyTarget(event.key, far, place);
    if (target !== null) onSelection(event.shiftKey ? extendTo(selection, ids, target) : focusOn(selection, target));
    else if (!far && (event.key === " " || event.key === "x")) onSelection(toggleAt(selection, ids, focus));
    else if (!far && event.key === "Enter") onOpen(focus);
    else return;
    followFocus.current = true;
    event.preventDefault();
  };
  // Keys work from the start, before anything has been focused.
  const latest = useRef(onKeyDown);
  latest.current = onKeyDown;
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      const nowhere = event.target === document.body || (event.target as Element).id === "content";
      if (nowhere && event.key !== "Enter") latest.current(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-index]");
    if (!cell) return;
    const index = Number(cell.dataset.index);
    const far = event.ctrlKey || event.metaKey;
    if (event.shiftKey) onSelection(extendTo(selection, ids, index, far));
    else if (far || isOnTick(cell, event) || (touch.current && selected.size > 0))
      onSelection(toggleAt(selection, ids, index));
    else if (touch.current) onOpen(index);
    else if (event.detail === 2) onOpen(index);
    else onSelection(selectOnly(ids, index));
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold rows that stand anywhere
    <div
      ref={grid}
      role="grid"
      tabIndex={-1}
      aria-label="Pictures"
      aria-multiselectable="true"
      aria-rowcount={rowCount}
      aria-colcount={columns}
      className="relative outline-none [overflow-anchor:none]"
      style={rowCount > 0 ? { height: rows.getTotalSize() } : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerDown={(event: PointerEvent) => {
        touch.current = event.pointerType === "touch";
      }}
      data-testid="image-grid"
    >
      {rowCount === 0 && <GridSkeleton />}
      {rows.getVirtualItems().map(({ index: row, start }) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div
          key={row}
          role="row"
          aria-rowindex={row + 1}
          tabIndex={-1}
          className="absolute inset-x-0 grid [contain:layout_size_style]"
          style={{
            top: start - top,
            height: side + CAPTION_PX,
            gap: GAP_PX,
            gridTemplateColumns: `repeat(${columns}, ${side}px)`,
          }}
        >
          {ids.slice(row * columns, (row + 1) * columns).map((id, column) => {
            const index = row * columns + column;
            const label = names[classes[index] ?? -1];
            return (
              <ImageCell
                key={id}
                id={id}
                index={index}
                column={column + 1}
                label={label}
                color={label === undefined ? "var(--control)" : color(label)}
                split={SPLITS[splits[index] ?? -1]?.split}
                selected={selected.has(id)}
                current={index === focus}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}

export function GridSkeleton() {
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(6.75rem,1fr))] gap-2">
      {Array.from({ length: 48 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey shapes have no other name
        <Skeleton key={index} className="mb-5.5 aspect-square" />
      ))}
    </div>
  );
}
