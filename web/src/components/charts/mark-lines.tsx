import { ReferenceLine } from "recharts";
import { TICK } from "./axis";

/** A moment or value that a chart names. */
export interface Mark {
  x: number;
  label: string;
}

/** Marks as lines across a chart. */
export function markLines(marks: readonly Mark[]) {
  return marks.map(({ x, label }) => (
    <ReferenceLine
      key={`${x} ${label}`}
      x={x}
      stroke="var(--foreground)"
      strokeDasharray="3 3"
      label={{ value: label, position: "insideTopLeft", ...TICK }}
    />
  ));
}
