"use client";
import {
  CartesianGrid,
  Line,
  LineChart as Lines,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { axisLabel, TICK, TOOLTIP } from "./axis";
import { ChartFrame } from "./chart-frame";

const wholePercent = (share: number) => `${Math.round(share * 100)}%`;

interface Series {
  key: string;
  label: string;
  color: string;
}

interface LineChartProps {
  topic?: string;
  title: string;
  xLabel: string;
  rows: readonly ({ x: number } & Record<string, number | null>)[];
  series: readonly Series[];
  format: (value: number) => string;
  /** Draws the line where y equals x. */
  diagonal?: boolean;
  /** Draws dots instead of a line, each as large as this figure of its row is in proportion. */
  sizeKey?: string;
  formatX?: (value: number) => string;
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

/** Figures over one axis, each line named at its end by the key above the chart. */
export function LineChart({
  topic,
  title,
  xLabel,
  rows,
  series,
  format,
  diagonal,
  sizeKey,
  formatX = String,
}: LineChartProps) {
  const largest = sizeKey ? Math.max(1, ...rows.map((row) => row[sizeKey] ?? 0)) : 1;
  const header = [xLabel, ...series.map((one) => one.label)];
  const cells = rows.map((row) => [
    formatX(row.x),
    ...series.map(({ key }) => (row[key] === null || row[key] === undefined ? "–" : format(row[key]))),
  ]);
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
        <Lines data={[...rows]} margin={{ top: 10, right: 14, bottom: 16, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--border)" vertical={false} />
          <XAxis
            dataKey="x"
            type="number"
            domain={diagonal ? [0, 1] : ["dataMin", "dataMax"]}
            allowDecimals={diagonal === true}
            tickFormatter={diagonal ? wholePercent : formatX}
            tick={TICK}
            stroke="var(--border)"
            label={axisLabel(xLabel)}
          />
          <YAxis
            width={52}
            domain={[diagonal ? 0 : "auto", 1]}
            tickFormatter={wholePercent}
            tick={TICK}
            stroke="none"
          />
          <Tooltip
            formatter={(value, name) => [format(Number(value)), name]}
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
                  : false
              }
              isAnimationActive={false}
              connectNulls
            />
          ))}
        </Lines>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
