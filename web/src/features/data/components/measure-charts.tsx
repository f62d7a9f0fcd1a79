"use client";
import type { DataInsights, Histogram } from "@/api/types";
import { HistogramChart, SizeChart } from "@/components/charts/lazy";
import { Panel } from "@/components/layout/panel";
import { formatBytes, formatCount } from "@/lib/format";
import { shapeAnswer, spanAnswer } from "../answers";

const pixels = (edge: number) => `${formatCount(edge)} px`;
const percent = (edge: number) => `${Math.round(edge * 100)}%`;

/** What was measured of the images: sides, files and brightness. */
export function MeasureCharts({ insights }: { insights: DataInsights }) {
  const { widths, heights, file_sizes, brightness, sizes } = insights;
  const chart = (
    topic: string,
    xLabel: string,
    bins: Histogram,
    words: (span: string) => string,
    format: (edge: number) => string,
    formatSpan = format,
  ) => (
    <Panel className="md:last:col-span-2">
      <HistogramChart
        topic={topic}
        title={spanAnswer(bins, words, formatSpan)}
        xLabel={xLabel}
        format={format}
        {...bins}
      />
    </Panel>
  );
  return (
    <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3" data-testid="measures">
      <Panel>
        <SizeChart topic="Shape" title={shapeAnswer(sizes)} sizes={sizes} />
      </Panel>
      {chart("Width", "width, px", widths, (span) => `are ${span} wide`, formatCount, pixels)}
      {chart("Height", "height, px", heights, (span) => `are ${span} tall`, formatCount, pixels)}
      {chart("Files", "size of the file", file_sizes, (span) => `take ${span}`, formatBytes)}
      {chart("Brightness", "mean brightness", brightness, (span) => `are ${span} bright`, percent)}
    </div>
  );
}
