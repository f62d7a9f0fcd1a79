"use client";
import { Maximize, Minus, Plus } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { EmbeddingMap } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { Button } from "@/components/ui/button";
import { useSize } from "@/hooks/use-size";
import { Thumbnail } from "@/images/tiles/thumbnail";
import { useMapDrawing } from "../hooks/use-map-drawing";
import { indexPoints, mapPixels, pan, pointsNear, toMap, toScreen, WHOLE, zoomAt } from "../map-geometry";

const NEAR_PX = 12;
const REACH_PX = 90;
const STEP_PX = 60;
const CLICK_PX = 4;

interface MapCanvasProps {
  map: EmbeddingMap;
  colors: readonly string[];
  visible: (classIndex: number) => boolean;
  nameOf: (classIndex: number) => string;
  /** An image was chosen; `neighbours` are those around it, nearest first. */
  onOpen: (id: number, neighbours: readonly number[]) => void;
}

/** The map itself: wheel, drag and keys move it, the image under the pointer is shown, a click opens it. */
export function MapCanvas({ map, colors, visible, nameOf, onOpen }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(canvas);
  const [view, setView] = useState(WHOLE);
  const [hovered, setHovered] = useState<number | null>(null);
  const drag = useRef<{ x: number; y: number; far: boolean } | null>(null);
  const index = useMemo(() => indexPoints(map.x, map.y), [map]);
  useMapDrawing(canvas, { map, colors, visible, size, view });

  const classOf = (point: number) => map.classes[point] ?? -1;
  const isVisible = (point: number) => visible(classOf(point) < 0 ? colors.length - 1 : classOf(point));
  const near = (px: number, py: number, radius: number, from = view) =>
    pointsNear(index, toMap(size, from, px, py), radius / mapPixels(size, from), isVisible);
  const open = (point: number | null) => {
    if (point === null) return;
    const [px, py] = toScreen(size, view, map.x[point] ?? 0, map.y[point] ?? 0);
    onOpen(
      map.ids[point] ?? 0,
      near(px, py, REACH_PX).map((one) => map.ids[one] ?? 0),
    );
  };
  const place = (event: { clientX: number; clientY: number }): [number, number] => {
    const box = canvas.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };

  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault(); // React's own listener could not.
      setHovered(null);
      setView((before) => zoomAt(size, before, Math.exp(-event.deltaY / 300), event.offsetX, event.offsetY));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [size]);

  const onPointerMove = (event: PointerEvent) => {
    const [px, py] = place(event);
    if (!drag.current) {
      setHovered(near(px, py, NEAR_PX)[0] ?? null);
      return;
    }
    const [dx, dy] = [px - drag.current.x, py - drag.current.y];
    if (!drag.current.far && Math.hypot(dx, dy) < CLICK_PX) return;
    drag.current = { x: px, y: py, far: true };
    setHovered(null);
    setView((before) => pan(size, before, dx, dy));
  };
  const onPointerUp = (event: PointerEvent) => {
    const [px, py] = place(event);
    if (drag.current && !drag.current.far) open(near(px, py, NEAR_PX)[0] ?? null);
    drag.current = null;
  };
  const zoom = (factor: number) => setView(zoomAt(size, view, factor, size.width / 2, size.height / 2));
  const onKeyDown = (event: KeyboardEvent) => {
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [STEP_PX, 0],
      ArrowRight: [-STEP_PX, 0],
      ArrowUp: [0, STEP_PX],
      ArrowDown: [0, -STEP_PX],
    };
    const step = arrows[event.key];
    const factor = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
    if (step || factor) {
      const next = step ? pan(size, view, ...step) : zoomAt(size, view, factor ?? 1, size.width / 2, size.height / 2);
      setView(next);
      // By keyboard the image in the middle is the one that is pointed at.
      setHovered(near(size.width / 2, size.height / 2, size.width / 4, next)[0] ?? null);
    } else if (event.key === "0") setView(WHOLE);
    else if (event.key === "Enter") open(hovered);
    else return;
    event.preventDefault();
  };
  const [left, top] = hovered === null ? [0, 0] : toScreen(size, view, map.x[hovered] ?? 0, map.y[hovered] ?? 0);

  return (
    <div className="relative overflow-hidden rounded-xl border bg-surface" data-testid="embedding-map">
      <div
        role="application"
        aria-label="Map of the pictures. Arrows move it, plus and minus zoom, Enter opens the picture in the middle."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is worked by keys
        tabIndex={0}
        className="-outline-offset-2 rounded-xl"
        onKeyDown={onKeyDown}
      >
        <canvas
          ref={canvas}
          className="block h-[min(70dvh,44rem,110vw)] w-full touch-none"
          style={{ cursor: hovered === null ? "grab" : "pointer" }}
          onPointerDown={(event) => {
            const [x, y] = place(event);
            drag.current = { x, y, far: false };
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={() => {
            drag.current = null;
          }}
          onPointerLeave={() => setHovered(null)}
        />
      </div>
      {hovered !== null && (
        <>
          <span
            aria-hidden="true"
            className="pointer-events-none absolute size-4 -translate-1/2 rounded-full border-2 border-foreground"
            style={{ left, top }}
          />
          <div
            role="status"
            data-testid="map-hover"
            className="pointer-events-none absolute z-10 w-32 rounded-lg border bg-surface p-1.5 text-xs shadow-lg"
            style={{
              left: Math.max(0, Math.min(left + 14, size.width - 136)),
              top: Math.max(0, Math.min(top + 14, size.height - 170)),
            }}
          >
            <Thumbnail address={`/api/images/${map.ids[hovered]}/file?size=thumb`} alt="" />
            <ClassLabel
              label={nameOf(classOf(hovered))}
              color={colors.at(classOf(hovered)) ?? ""}
              className="mt-1.5 max-w-full"
            />
          </div>
        </>
      )}
      <div className="absolute right-3 bottom-3 grid gap-1">
        {(
          [
            ["Zoom in", Plus, () => zoom(1.5)],
            ["Zoom out", Minus, () => zoom(1 / 1.5)],
            ["Show all", Maximize, () => setView(WHOLE)],
          ] as const
        ).map(([name, Icon, run]) => (
          <Button key={name} size="icon-sm" aria-label={name} onClick={run}>
            <Icon />
          </Button>
        ))}
      </div>
    </div>
  );
}
