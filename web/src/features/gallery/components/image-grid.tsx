"use client";
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useLayoutEffect, useRef } from "react";
import type { ImageIds } from "@/api/types";
import { Skeleton } from "@/components/ui/skeleton";
import { useClassColor } from "@/hooks/use-class-color";
import { cellId } from "@/images/image-dialog";
import { CAPTION_PX, GAP_PX, keyTarget } from "../geometry";
import { useVisibleRows } from "../hooks/use-visible-rows";
import { extendTo, focusOn, type Selection, selectOnly, toggleAt } from "../selection";
import { ImageCell, isOnTick } from "./image-cell";

// In the order of the API's numbers.
const SPLITS = ["train", "validation", "test"] as const;

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
  const visible = useVisibleRows(grid, ids.length);

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
    if (!visible || event.altKey) return;
    const screen = Math.max(1, Math.floor(window.innerHeight / visible.rowHeight) - 1);
    const place = { index: focus, count: ids.length, columns: visible.columns, screen };
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

  const rows = visible ? Array.from({ length: visible.last - visible.first }, (_, at) => visible.first + at) : [];
  const focusRow = visible ? Math.floor(focus / visible.columns) : 0;
  // The focused cell stays in the page, wherever the window looks, so that the focus is not lost.
  if (visible && ids.length > 0 && !rows.includes(focusRow)) rows.push(focusRow);
  const rowCount = visible ? Math.ceil(ids.length / visible.columns) : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot hold rows that stand anywhere
    <div
      ref={grid}
      role="grid"
      tabIndex={-1}
      aria-label="Pictures"
      aria-multiselectable="true"
      aria-rowcount={rowCount}
      aria-colcount={visible?.columns}
      className="relative outline-none [overflow-anchor:none]"
      style={visible ? { height: rowCount * visible.rowHeight } : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerDown={(event: PointerEvent) => {
        touch.current = event.pointerType === "touch";
      }}
      data-testid="picture-grid"
    >
      {!visible && <GridSkeleton />}
      {visible &&
        rows.map((row) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div
            key={row}
            role="row"
            aria-rowindex={row + 1}
            tabIndex={-1}
            className="absolute inset-x-0 grid [contain:layout_size_style]"
            style={{
              top: row * visible.rowHeight,
              height: visible.side + CAPTION_PX,
              gap: GAP_PX,
              gridTemplateColumns: `repeat(${visible.columns}, ${visible.side}px)`,
            }}
          >
            {ids.slice(row * visible.columns, (row + 1) * visible.columns).map((id, column) => {
              const index = row * visible.columns + column;
              const label = names[classes[index] ?? -1];
              return (
                <ImageCell
                  key={id}
                  id={id}
                  index={index}
                  column={column + 1}
                  label={label}
                  color={label === undefined ? "var(--control)" : color(label)}
                  split={SPLITS[splits[index] ?? -1]}
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
