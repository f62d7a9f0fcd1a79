"use client";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import type { ModelReport } from "@/api/types";
import { ChartFrame } from "@/components/charts/chart-frame";
import { HeatTable } from "@/components/charts/heat-table";
import { Link } from "@/components/ui/link";
import { formatCount, formatPercent } from "@/lib/format";
import { cellWords, confusionAnswer, mistakes, mistakesAddress, mostConfused } from "./confusion";

const LISTED = 8;
/** More cannot be read at once. */
const MOST_CLASSES = 30;

/** Rows are what the images show, columns what the model said; each cell leads to its images. */
export function ConfusionMatrix({ report }: { report: ModelReport }) {
  const router = useRouter();
  const [pointed, setPointed] = useState<string | null>(null);
  const found = useMemo(() => mistakes(report), [report]);
  const part = useMemo(() => mostConfused(report, MOST_CLASSES), [report]);
  const { version, class_names: names } = report;
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
            {...part}
            words={cellWords}
            onPoint={setPointed}
            onChoose={(truth, predicted) => router.push(mistakesAddress(version, { truth, predicted }))}
          />
          <p className="mt-2 min-h-5 text-xs text-muted-foreground" aria-hidden="true">
            {pointed ?? "Point at a cell for its numbers; choose it for its pictures."}
          </p>
          {part.names.length < names.length && (
            <p className="mt-1 text-xs text-muted-foreground">
              The {part.names.length} classes that are mixed up most, of {formatCount(names.length)}.
            </p>
          )}
        </div>
        {found.length > 0 && (
          <div>
            <h3 className="mb-2 text-sm font-medium">Most frequent mistakes</h3>
            <ol className="text-sm">
              {found.slice(0, LISTED).map((one) => (
                <li key={`${one.truth}\n${one.predicted}`} className="border-b border-border/70 last:border-0">
                  <Link
                    href={mistakesAddress(version, one)}
                    className="flex justify-between gap-3 rounded-sm py-1.5 hover:bg-muted/60"
                  >
                    <span className="min-w-0 break-words">
                      {one.truth} <span className="text-muted-foreground">taken for</span> {one.predicted}
                    </span>
                    <span className="shrink-0" title={`${formatPercent(one.share)} of the class`}>
                      {formatCount(one.count)}
                    </span>
                  </Link>
                </li>
              ))}
            </ol>
          </div>
        )}
      </div>
    </ChartFrame>
  );
}
