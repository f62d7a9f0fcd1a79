"use client";
import type { DataInsights } from "@/api/types";
import { HistogramChart, SizeChart } from "@/components/charts/lazy";
import { Panel } from "@/components/layout/panel";
import { formatBytes, formatCount } from "@/lib/format";
import { shapeAnswer, spanAnswer } from "../answers";

const pixels = (edge: number) => `${formatCount(edge)} px`;
const percent = (edge: number) => `${Math.round(edge * 100)}%`;

/** What was measured of the images: sides, files and brightness. */
export function MeasureCharts({ insights }: { insights: DataInsights }) {
  const { widths, heights, file_sizes, brightness, sizes } = insights;
  return (
    <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3" data-testid="measures">
      <Panel>
        <SizeChart topic="Shape" title={shapeAnswer(sizes)} sizes={sizes} />
      </Panel>
      {[
        {
          topic: "Width",
          title: spanAnswer(widths, (span) => `are ${span} wide`, pixels),
          xLabel: "width, px",
          ...widths,
          format: formatCount,
        },
        {
          topic: "Height",
          title: spanAnswer(heights, (span) => `are ${span} tall`, pixels),
          xLabel: "height, px",
          ...heights,
          format: formatCount,
        },
        {
          topic: "Files",
          title: spanAnswer(file_sizes, (span) => `take ${span}`, formatBytes),
          xLabel: "size of the file",
          ...file_sizes,
          format: formatBytes,
        },
        {
          topic: "Brightness",
          title: spanAnswer(brightness, (span) => `are ${span} bright`, percent),
          xLabel: "mean brightness",
          ...brightness,
          format: percent,
        },
      ].map((chart) => (
        <Panel key={chart.topic} className="md:last:col-span-2">
          <HistogramChart {...chart} />
        </Panel>
      ))}
    </div>
  );
}
