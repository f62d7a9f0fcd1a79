"use client";
import { useTheme } from "next-themes";
import { type RefObject, useEffect, useRef } from "react";
import type { EmbeddingMap } from "@/api/types";
import type { Size } from "@/hooks/use-size";
import { mapPixels, toScreen, type View } from "../map-geometry";

const SETTLED_MS = 140;

/** A dot of each colour, drawn once: copying it is much faster than drawing circles. */
function drawDots(canvas: HTMLCanvasElement, colors: readonly string[], scale: number, radius: number) {
  return colors.map((color) => {
    canvas.style.color = color; // The browser resolves the theme's variables.
    const dot = document.createElement("canvas");
    dot.width = dot.height = Math.ceil(2 * radius * scale);
    const pen = dot.getContext("2d");
    if (!pen) return dot;
    pen.fillStyle = getComputedStyle(canvas).color;
    pen.globalAlpha = 0.75;
    pen.arc(dot.width / 2, dot.width / 2, dot.width / 2, 0, 2 * Math.PI);
    pen.fill();
    return dot;
  });
}

interface Drawing {
  map: EmbeddingMap;
  /** One for each class, and a last one for images without. */
  colors: readonly string[];
  visible: (classIndex: number) => boolean;
  size: Size;
  view: View;
}

/** Draws the points on a sheet aside; while the view moves the sheet is only shifted, and drawn anew when it rests. */
export function useMapDrawing(ref: RefObject<HTMLCanvasElement | null>, drawing: Drawing): void {
  const { map, colors, visible, size, view } = drawing;
  const theme = useTheme().resolvedTheme;
  const sheet = useRef<{ canvas: HTMLCanvasElement; view: View; of: unknown } | null>(null);

  useEffect(() => {
    const canvas = ref.current;
    const pen = canvas?.getContext("2d");
    if (!canvas || !pen || size.width < 1 || size.height < 1) return;
    const scale = window.devicePixelRatio;
    const of = `${theme} ${size.width}×${size.height} ${colors.join()} ${colors.map((_, n) => visible(n))} ${map.checked_at} ${map.ids.length}`;

    const drawSheet = () => {
      const paper = document.createElement("canvas");
      paper.width = size.width * scale;
      paper.height = size.height * scale;
      const brush = paper.getContext("2d");
      if (!brush) return;
      const radius = 2 + Math.min(4, Math.log2(view.zoom)) + (map.ids.length < 3_000 ? 1 : 0);
      const dots = drawDots(canvas, colors, scale, radius);
      for (let point = 0; point < map.ids.length; point += 1) {
        const one = map.classes[point] ?? -1;
        const dot = dots.at(one);
        if (!dot || !visible(one < 0 ? colors.length - 1 : one)) continue;
        const [x, y] = toScreen(size, view, map.x[point] ?? 0, map.y[point] ?? 0);
        if (x < -9 || y < -9 || x > size.width + 9 || y > size.height + 9) continue;
        brush.drawImage(dot, (x - radius) * scale, (y - radius) * scale);
      }
      sheet.current = { canvas: paper, view, of };
    };
    const show = () => {
      if (canvas.width !== size.width * scale) canvas.width = size.width * scale;
      if (canvas.height !== size.height * scale) canvas.height = size.height * scale;
      pen.clearRect(0, 0, canvas.width, canvas.height);
      if (!sheet.current) return;
      const grown = mapPixels(size, view) / mapPixels(size, sheet.current.view);
      const [left, top] = toScreen(
        size,
        view,
        sheet.current.view.x - size.width / 2 / mapPixels(size, sheet.current.view),
        sheet.current.view.y - size.height / 2 / mapPixels(size, sheet.current.view),
      );
      pen.drawImage(sheet.current.canvas, left * scale, top * scale, canvas.width * grown, canvas.height * grown);
    };

    if (sheet.current?.of !== of) drawSheet();
    show();
    if (sheet.current?.view === view) return;
    const timer = setTimeout(() => {
      drawSheet();
      show();
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [ref, map, colors, visible, size, view, theme]);
}
