"use client";
import { type RefObject, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { type Geometry, geometryOf, visibleRows } from "../geometry";

interface Visible extends Geometry {
  first: number;
  last: number;
}

/** Which rows of `count` images the window shows of a grid; null until its width is known. */
export function useVisibleRows(grid: RefObject<HTMLElement | null>, count: number): Visible | null {
  const [visible, setVisible] = useState<Visible | null>(null);
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    const look = () => {
      const { top, width } = element.getBoundingClientRect();
      const geometry = geometryOf(width);
      const rows = Math.ceil(count / geometry.columns);
      const [first, last] = visibleRows(-top, window.innerHeight, geometry.rowHeight, rows);
      setVisible((known) =>
        known?.first === first &&
        known.last === last &&
        known.columns === geometry.columns &&
        known.side === geometry.side
          ? known
          : { ...geometry, first, last },
      );
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    // Rendered before the frame is painted, or a fast scroll would show empty rows.
    const onScroll = () => flushSync(look);
    window.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      observer.disconnect();
      window.removeEventListener("scroll", onScroll);
      window.removeEventListener("resize", look);
    };
  }, [grid, count]);
  return visible;
}
