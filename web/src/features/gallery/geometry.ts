/** Where the images of the gallery stand. All lengths in pixels. */
interface Geometry {
  columns: number;
  side: number;
  /** From the top of a row to the top of the next. */
  rowHeight: number;
}

export const GAP_PX = 8;
export const CAPTION_PX = 22;
const LEAST_SIDE_PX = 108;

export function geometryOf(width: number): Geometry {
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (LEAST_SIDE_PX + GAP_PX)));
  const side = Math.max(1, Math.floor((width - GAP_PX * (columns - 1)) / columns));
  return { columns, side, rowHeight: side + CAPTION_PX + GAP_PX };
}

interface Place {
  index: number;
  count: number;
  columns: number;
  /** Rows that fit on the screen. */
  screen: number;
}

/** Where a key leads from a place in the gallery; null when it leads nowhere. `far`: with Ctrl or Cmd. */
export function keyTarget(key: string, far: boolean, { index, count, columns, screen }: Place): number | null {
  const rowStart = index - (index % columns);
  const below = (step: number) => {
    const lastRow = Math.floor((count - 1) / columns) * columns;
    return rowStart === lastRow ? index : index + step * columns;
  };
  const targets: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index < columns ? index : index - columns,
    ArrowDown: below(1),
    PageUp: Math.max(index % columns, index - screen * columns),
    PageDown: below(screen),
    Home: far ? 0 : rowStart,
    End: far ? count - 1 : rowStart + columns - 1,
  };
  const target = targets[key];
  return target === undefined ? null : Math.max(0, Math.min(count - 1, target));
}
