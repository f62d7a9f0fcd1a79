"use client";
import type { ModelReport } from "@/api/types";
import { LineChart } from "@/components/charts/lazy";
import { FactList } from "@/components/layout/facts";
import { formatMetric, formatPercent } from "@/lib/format";

/** How often answers of a given confidence are right; on the dashed line, confidence means what it says. */
export function ReliabilityChart({ report }: { report: ModelReport }) {
  const rows = report.reliability.flatMap(({ confidence, accuracy, count }) =>
    confidence === null || accuracy === null ? [] : [{ x: confidence, right: accuracy, count }],
  );
  return (
    <>
      <LineChart
        topic="Confidence"
        title={`Confidence is off by ${formatPercent(report.metrics.ece)} on average`}
        xLabel="confidence"
        rows={rows}
        series={[
          {
            key: "right",
            label: "share of right answers; larger dots stand for more answers",
            color: "var(--accent)",
          },
        ]}
        format={formatPercent}
        formatX={formatPercent}
        diagonal
        sizeKey="count"
      />
      <FactList
        className="mt-2"
        facts={[{ term: "Temperature (calibrates the confidence)", value: formatMetric(report.temperature) }]}
      />
    </>
  );
}
