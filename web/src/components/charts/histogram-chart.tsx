"use client";
import { Bar, BarChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount, plural } from "@/lib/format";
import { axisLabel, TICK, TOOLTIP } from "./axis";
import { ChartFrame } from "./chart-frame";

interface HistogramChartProps {
  topic: string;
  title: string;
  xLabel: string;
  edges: readonly number[];
  counts: readonly number[];
  format: (edge: number) => string;
}

/** How many images lie between each two edges. */
export function HistogramChart({ topic, title, xLabel, edges, counts, format }: HistogramChartProps) {
  const rows = counts.map((count, index) => {
    const [low = 0, high = 0] = edges.slice(index, index + 2);
    return { low: format(low), range: `${format(low)} to ${format(high)}`, count };
  });
  return (
    <ChartFrame
      topic={topic}
      title={title}
      header={[xLabel, "pictures"]}
      rows={rows.map(({ range, count }) => [range, count])}
    >
      <ResponsiveContainer width="100%" height={180}>
        <BarChart data={rows} margin={{ top: 4, right: 4, bottom: 16, left: 0 }} barCategoryGap={1} accessibilityLayer>
          <XAxis dataKey="low" tick={TICK} stroke="var(--border)" minTickGap={24} label={axisLabel(xLabel)} />
          <YAxis width={44} allowDecimals={false} tick={TICK} tickFormatter={formatCount} stroke="none" />
          <Tooltip
            cursor={{ fill: "var(--muted)" }}
            contentStyle={TOOLTIP}
            formatter={(value) => [plural(Number(value), "picture"), null]}
            labelFormatter={(_, [bar]) => bar?.payload.range ?? ""}
          />
          <Bar dataKey="count" fill="var(--accent)" radius={[2, 2, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
