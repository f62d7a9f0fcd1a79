"use client";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatInterval } from "@/lib/format";
import { axisLabel, shareTicks, TICK, TOOLTIP } from "./axis";
import { ChartFrame } from "./chart-frame";
import { type Mark, markLines } from "./mark-lines";

/** With up to this many points each of them is marked. */
const FEW = 15;
const wholePercent = (share: number) => `${Math.round(share * 100)}%`;

type Row = { x: number } & Record<string, number | null>;

interface Series {
  key: string;
  label: string;
  color: string;
  /** The figures of a row between which a band is drawn around the line. */
  band?: readonly [low: string, high: string];
}

export interface LineChartProps {
  topic?: string;
  title: string;
  xLabel: string;
  rows: readonly Row[];
  series: readonly Series[];
  format: (value: number) => string;
  /** The figures are no shares: the axis ends where they do, or begins with 0, and is written as they are. */
  free?: boolean | "from zero";
  /** Draws the line where y equals x. */
  diagonal?: boolean;
  /** Draws dots instead of a line, each as large as this figure of its row is in proportion. */
  sizeKey?: string;
  formatX?: (value: number) => string;
  /** Moments to be seen, such as when another version came into service. */
  marks?: readonly Mark[];
  /** Where a figure is missing the line is broken; a figure between two gaps is a dot. */
  gaps?: boolean;
}

interface DotProps {
  cx?: number;
  cy?: number;
  fill: string;
  share: number;
}

function Dot({ cx, cy, fill, share }: DotProps) {
  return <circle cx={cx} cy={cy} r={3 + 6 * Math.sqrt(share)} fill={fill} fillOpacity={0.85} />;
}

/** A figure with its interval, such as "97.2% (95.0–98.9%)". */
function words(row: Row, { key, band }: Series, format: (value: number) => string): string {
  const value = row[key];
  if (value === null || value === undefined) return "–";
  const [low, high] = band?.map((end) => row[end]) ?? [];
  return typeof low === "number" && typeof high === "number"
    ? `${format(value)} (${formatInterval(low, high)})`
    : format(value);
}

/** Figures over one axis, each line named by the key above the chart. */
export function LineChart(props: LineChartProps) {
  const { topic, title, xLabel, rows, series, format, free, diagonal, sizeKey, formatX = String } = props;
  const isAlone = (key: string, at: number) => (rows[at - 1]?.[key] ?? rows[at + 1]?.[key] ?? null) === null;
  const largest = sizeKey ? Math.max(1, ...rows.map((row) => row[sizeKey] ?? 0)) : 1;
  const keys = series.flatMap(({ key, band = [] }) => [key, ...band]);
  const drawn = rows.flatMap((row) => keys.flatMap((key) => row[key] ?? []));
  const ticks = free ? undefined : shareTicks(diagonal ? 0 : Math.min(1, ...drawn));
  const header = [xLabel, ...series.map((one) => one.label)];
  const cells = rows.map((row) => [formatX(row.x), ...series.map((one) => words(row, one, format))]);
  return (
    <ChartFrame topic={topic} title={title} header={header} rows={cells}>
      <ul className="mb-2 flex flex-wrap gap-4 text-xs text-muted-foreground">
        {series.map(({ key, label, color }) => (
          <li key={key} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="h-0.5 w-4" style={{ background: color }} /> {label}
          </li>
        ))}
      </ul>
      <ResponsiveContainer width="100%" height={220}>
        <ComposedChart data={[...rows]} margin={{ top: 10, right: 14, bottom: 16, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--border)" vertical={false} />
          <XAxis
            dataKey="x"
            type="number"
            domain={diagonal ? [0, 1] : ["dataMin", "dataMax"]}
            allowDecimals={diagonal === true}
            tickFormatter={diagonal ? wholePercent : formatX}
            tick={TICK}
            minTickGap={24}
            stroke="var(--border)"
            label={axisLabel(xLabel)}
          />
          <YAxis
            width={52}
            domain={ticks ? [ticks[0] ?? 0, 1] : [free === "from zero" ? 0 : "auto", "auto"]}
            ticks={ticks}
            tickFormatter={free ? (value) => String(Number(value.toPrecision(3))) : wholePercent}
            tick={TICK}
            stroke="none"
          />
          <Tooltip
            formatter={(_, name, { payload }) => {
              const one = series.find(({ label }) => label === name);
              return one ? [words(payload as Row, one, format), name] : null;
            }}
            labelFormatter={(value) => `${xLabel} ${formatX(Number(value))}`}
            contentStyle={TOOLTIP}
          />
          {diagonal && (
            <ReferenceLine
              segment={[
                { x: 0, y: 0 },
                { x: 1, y: 1 },
              ]}
              stroke="var(--control)"
              strokeDasharray="4 4"
            />
          )}
          {markLines(props.marks ?? [])}
          {series.map(
            ({ key, band, color }) =>
              band && (
                <Area
                  key={key}
                  dataKey={(row: Row) => band.map((end) => row[end])}
                  fill={color}
                  fillOpacity={0.14}
                  stroke="none"
                  activeDot={false}
                  tooltipType="none"
                  isAnimationActive={false}
                />
              ),
          )}
          {series.map(({ key, label, color }) => (
            <Line
              key={key}
              dataKey={key}
              name={label}
              stroke={sizeKey ? "none" : color}
              strokeWidth={2}
              dot={
                sizeKey
                  ? (dot) => <Dot key={dot.index} {...dot} fill={color} share={(dot.payload[sizeKey] ?? 0) / largest} />
                  : props.gaps
                    ? ({ index, cx, cy, value }) =>
                        value != null && isAlone(key, index) ? (
                          <circle key={index} cx={cx} cy={cy} r={2} fill={color} />
                        ) : (
                          <g key={index} />
                        )
                    : rows.length <= FEW && { r: 2.5, fill: color }
              }
              isAnimationActive={false}
              connectNulls={!props.gaps}
            />
          ))}
        </ComposedChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
