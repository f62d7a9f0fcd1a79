"use client";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatPercent } from "@/lib/format";
import { axisLabel, TICK, TOOLTIP } from "./axis";
import { ChartFrame } from "./chart-frame";

interface PairChartProps {
  topic: string;
  title: string;
  xLabel: string;
  /** What the two bars of a row are; the second one is the news. */
  names: readonly [string, string];
  /** Shares in 0 to 1; null where nothing was measured. */
  rows: readonly { label: string; pair: readonly [number, number | null] }[];
  /** How many rows are drawn; the table has all. */
  most?: number;
}

const COLORS = ["var(--muted-foreground)", "var(--accent)"] as const;

/** Two shares of each of some kinds, beside each other. */
export function PairChart({ topic, title, xLabel, names, rows, most = rows.length }: PairChartProps) {
  return (
    <ChartFrame
      topic={topic}
      title={title}
      header={[xLabel, ...names]}
      rows={rows.map(({ label, pair }) => [label, ...pair.map(formatPercent)])}
    >
      <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
        {names.map((name, at) => (
          <li key={name} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2.5 rounded-[3px]" style={{ background: COLORS[at] }} />
            {name}
          </li>
        ))}
      </ul>
      <ResponsiveContainer width="100%" height={180}>
        <BarChart
          data={rows.slice(0, most)}
          margin={{ top: 4, right: 4, bottom: 16, left: 0 }}
          barGap={1}
          accessibilityLayer
        >
          <CartesianGrid stroke="var(--border)" vertical={false} />
          <XAxis dataKey="label" tick={TICK} stroke="var(--border)" minTickGap={12} label={axisLabel(xLabel)} />
          <YAxis
            width={48}
            tick={TICK}
            tickFormatter={(share) => `${Number((share * 100).toFixed(1))}%`}
            stroke="none"
          />
          <Tooltip
            cursor={{ fill: "var(--muted)" }}
            contentStyle={TOOLTIP}
            formatter={(value, name) => [formatPercent(Number(value)), name]}
          />
          {names.map((name, at) => (
            <Bar
              key={name}
              dataKey={(row: PairChartProps["rows"][number]) => row.pair[at]}
              name={name}
              fill={COLORS[at]}
              fillOpacity={at === 0 ? 0.45 : 1}
              radius={[2, 2, 0, 0]}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
