import type { Size } from "@/hooks/use-size";

/** Points of the map have places in 0 to 1; the screen counts in CSS pixels from the top left of the canvas. */

/** Which part of the map is on the screen: its zoom (1 shows all), and the place that is in the middle. */
export interface View {
  zoom: number;
  x: number;
  y: number;
}

export const WHOLE: View = { zoom: 1, x: 0.5, y: 0.5 };
const MOST_ZOOM = 60;
const MARGIN_PX = 16;

/** Pixels from one end of the map to the other. */
export function mapPixels({ width, height }: Size, { zoom }: View): number {
  return Math.max(1, Math.min(width, height) - 2 * MARGIN_PX) * zoom;
}

export function toScreen(size: Size, view: View, x: number, y: number): [number, number] {
  const pixels = mapPixels(size, view);
  return [size.width / 2 + (x - view.x) * pixels, size.height / 2 + (y - view.y) * pixels];
}

export function toMap(size: Size, view: View, px: number, py: number): [number, number] {
  const pixels = mapPixels(size, view);
  return [view.x + (px - size.width / 2) / pixels, view.y + (py - size.height / 2) / pixels];
}

function clamped({ zoom, x, y }: View): View {
  const inside = (place: number) => Math.max(0, Math.min(1, place));
  return { zoom, x: inside(x), y: inside(y) };
}

/** Zooms so that what is under this pixel stays there. */
export function zoomAt(size: Size, view: View, factor: number, px: number, py: number): View {
  const zoom = Math.max(1, Math.min(MOST_ZOOM, view.zoom * factor));
  if (zoom === 1) return WHOLE;
  const [x, y] = toMap(size, view, px, py);
  const share = view.zoom / zoom;
  return clamped({ zoom, x: x + (view.x - x) * share, y: y + (view.y - y) * share });
}

export function pan(size: Size, view: View, dx: number, dy: number): View {
  const pixels = mapPixels(size, view);
  return clamped({ ...view, x: view.x - dx / pixels, y: view.y - dy / pixels });
}

const CELLS = 96;

/** Finds near points without looking at all: `starts[cell]` is where the points of a cell begin in `order`. */
interface PointIndex {
  starts: Uint32Array;
  order: Uint32Array;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

const cellOf = (place: number) => Math.max(0, Math.min(CELLS - 1, Math.floor(place * CELLS)));

export function indexPoints(x: ArrayLike<number>, y: ArrayLike<number>): PointIndex {
  const starts = new Uint32Array(CELLS * CELLS + 1);
  const cells = Uint32Array.from({ length: x.length }, (_, n) => cellOf(y[n] ?? 0) * CELLS + cellOf(x[n] ?? 0));
  for (const cell of cells) starts[cell + 1] = (starts[cell + 1] ?? 0) + 1;
  for (let cell = 0; cell < CELLS * CELLS; cell += 1) starts[cell + 1] = (starts[cell + 1] ?? 0) + (starts[cell] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(x.length);
  for (const [n, cell] of cells.entries()) {
    const at = next[cell] ?? 0;
    order[at] = n;
    next[cell] = at + 1;
  }
  return { starts, order, x, y };
}

/** The points within `radius` of a place that `visible` lets through, nearest first. */
export function pointsNear(
  { starts, order, x, y }: PointIndex,
  place: readonly [number, number],
  radius: number,
  visible: (point: number) => boolean,
): number[] {
  const found: [number, number][] = [];
  for (let row = cellOf(place[1] - radius); row <= cellOf(place[1] + radius); row += 1) {
    const from = starts[row * CELLS + cellOf(place[0] - radius)] ?? 0;
    const to = starts[row * CELLS + cellOf(place[0] + radius) + 1] ?? 0;
    for (const point of order.subarray(from, to)) {
      const distance = Math.hypot((x[point] ?? 0) - place[0], (y[point] ?? 0) - place[1]);
      if (distance <= radius && visible(point)) found.push([distance, point]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]).map(([, point]) => point);
}
