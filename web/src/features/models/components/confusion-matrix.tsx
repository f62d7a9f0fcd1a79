"use client";
import { useMemo, useState } from "react";
import type { ModelReport } from "@/api/types";
import { ChartFrame } from "@/components/charts/chart-frame";
import { HeatTable } from "@/components/charts/heat-table";
import { formatCount, formatPercent } from "@/lib/format";
import { cellWords, confusionAnswer, mistakes } from "../confusion";

const LISTED = 8;

/** Rows are what the pictures show, columns what the model said; beside it the mistakes in words. */
export function ConfusionMatrix({ report }: { report: ModelReport }) {
  const [pointed, setPointed] = useState<string | null>(null);
  const found = useMemo(() => mistakes(report), [report]);
  const { class_names: names, confusion_matrix: matrix } = report;
  return (
    <ChartFrame
      topic="What it mixes up"
      title={confusionAnswer(found, report.metrics.total)}
      header={["picture of", "taken for", "pictures", "share"]}
      rows={found.map((one) => [one.truth, one.predicted, one.count, formatPercent(one.share)])}
    >
      <div className="grid gap-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="min-w-0">
          <HeatTable
            label="Confusion matrix: rows are the true class, columns the predicted class"
            rowTitle="picture of"
            columnTitle="taken for"
            names={names}
            values={matrix}
            words={cellWords}
            onPoint={setPointed}
          />
          <p className="mt-2 min-h-5 text-xs text-muted-foreground" aria-hidden="true">
            {pointed ?? "Point at a cell for its numbers."}
          </p>
        </div>
        {found.length > 0 && (
          <div>
            <h3 className="mb-2 text-sm font-medium">Most frequent mistakes</h3>
            <ol className="text-sm">
              {found.slice(0, LISTED).map((one) => (
                <li
                  key={`${one.truth}\n${one.predicted}`}
                  className="flex justify-between gap-3 border-b border-border/70 py-1.5 last:border-0"
                >
                  <span className="min-w-0 break-words">
                    {one.truth} <span className="text-muted-foreground">taken for</span> {one.predicted}
                  </span>
                  <span className="shrink-0">{formatCount(one.count)}</span>
                </li>
              ))}
            </ol>
          </div>
        )}
      </div>
    </ChartFrame>
  );
}
