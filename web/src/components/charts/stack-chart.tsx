"use client";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount } from "@/lib/format";
import { axisLabel, TICK, TOOLTIP } from "./axis";
import { ChartFrame } from "./chart-frame";
import { type Mark, markLines } from "./mark-lines";

interface StackChartProps {
  topic: string;
  title: string;
  xLabel: string;
  rows: readonly { x: number; counts: Readonly<Record<string, number>> }[];
  labels: readonly string[];
  color: (label: string) => string;
  formatX: (value: number) => string;
  marks?: readonly Mark[];
}

/** How many of each kind there were, step by step, on top of each other. */
export function StackChart({ topic, title, xLabel, rows, labels, color, formatX, marks = [] }: StackChartProps) {
  const cells = rows.map(({ x, counts }) => [formatX(x), ...labels.map((label) => counts[label] ?? 0)]);
  return (
    <ChartFrame topic={topic} title={title} header={[xLabel, ...labels]} rows={cells}>
      <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
        {labels.map((label) => (
          <li key={label} className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden="true" className="size-2.5 shrink-0 rounded-[3px]" style={{ background: color(label) }} />
            <span className="truncate">{label}</span>
          </li>
        ))}
      </ul>
      <ResponsiveContainer width="100%" height={220}>
        <BarChart data={[...rows]} margin={{ top: 10, right: 14, bottom: 16, left: 0 }} barCategoryGap={1}>
          <CartesianGrid stroke="var(--border)" vertical={false} />
          <XAxis
            dataKey="x"
            type="category"
            tickFormatter={formatX}
            tick={TICK}
            minTickGap={40}
            stroke="var(--border)"
            label={axisLabel(xLabel)}
          />
          <YAxis width={52} allowDecimals={false} tick={TICK} tickFormatter={formatCount} stroke="none" />
          <Tooltip
            cursor={{ fill: "var(--muted)" }}
            contentStyle={TOOLTIP}
            labelFormatter={(x) => formatX(Number(x))}
            formatter={(value, name) => (value ? [formatCount(Number(value)), name] : null)}
          />
          {markLines(marks)}
          {labels.map((label) => (
            <Bar
              key={label}
              dataKey={(row: StackChartProps["rows"][number]) => row.counts[label] ?? 0}
              name={label}
              stackId="all"
              fill={color(label)}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
