"use client";
import { CartesianGrid, ResponsiveContainer, Scatter, ScatterChart, Tooltip, XAxis, YAxis, ZAxis } from "recharts";
import { formatCount, plural } from "@/lib/format";
import { axisLabel, TICK, TOOLTIP } from "./axis";
import { ChartFrame } from "./chart-frame";

interface SizeChartProps {
  topic: string;
  title: string;
  sizes: readonly { width: number; height: number; count: number }[];
}

/** Widths and heights together; a larger dot stands for more images. */
export function SizeChart({ topic, title, sizes }: SizeChartProps) {
  const axis = { type: "number", tick: TICK, tickFormatter: formatCount } as const;
  return (
    <ChartFrame
      topic={topic}
      title={title}
      header={["width × height, px", "pictures"]}
      rows={sizes.map(({ width, height, count }) => [`${width} × ${height}`, count])}
    >
      <ResponsiveContainer width="100%" height={180}>
        <ScatterChart margin={{ top: 4, right: 8, bottom: 16, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--border)" />
          <XAxis {...axis} dataKey="width" stroke="var(--border)" minTickGap={24} label={axisLabel("width, px")} />
          <YAxis {...axis} dataKey="height" width={44} stroke="none" name="height" />
          <ZAxis dataKey="count" range={[12, 260]} />
          <Tooltip
            cursor={false}
            contentStyle={TOOLTIP}
            content={({ payload }) => {
              const size = payload?.[0]?.payload as SizeChartProps["sizes"][number] | undefined;
              return size ? (
                <p className="rounded-lg border bg-surface px-3 py-2 text-xs">
                  about {size.width} × {size.height} px: {plural(size.count, "picture")}
                </p>
              ) : null;
            }}
          />
          <Scatter data={[...sizes]} fill="var(--accent)" fillOpacity={0.55} isAnimationActive={false} />
        </ScatterChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
