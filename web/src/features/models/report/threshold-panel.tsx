"use client";
import { useState } from "react";
import type { ModelReport } from "@/api/types";
import { FactList } from "@/components/layout/facts";
import { Panel } from "@/components/layout/panel";
import { Segmented } from "@/components/ui/choice";
import { formatPercent, NOT_MEASURED, plural } from "@/lib/format";
import { thresholdAnswer } from "./report-words";

/** When a version says "not sure", what that brings, what it costs, and what another aim would. */
export function ThresholdPanel({ report }: { report: ModelReport }) {
  const { threshold, novelty, splits } = report;
  const used = { ...threshold, threshold: report.confidence_threshold };
  const [chosen, setChosen] = useState(used.target_precision);
  const costs = threshold?.costs ?? [];
  const other = chosen === used.target_precision ? undefined : costs.find((cost) => cost.target_precision === chosen);
  const { precision, coverage, threshold: value } = other ?? used;
  return (
    <Panel title={thresholdAnswer(threshold)} description="It says “not sure” rather than guess.">
      {costs.length > 0 && (
        <div className="mb-4 grid gap-1.5">
          <p className="text-sm font-medium">Of its sure answers, at least so many are to be right</p>
          <Segmented
            label="Share of right answers to aim at"
            value={String(chosen)}
            options={aims(costs, used.target_precision).map((target) => ({
              value: String(target),
              label: `${Math.round(target * 100)}%`,
            }))}
            onChange={(target) => setChosen(Number(target))}
          />
        </div>
      )}
      <FactList
        facts={[
          { term: "“Not sure” below a confidence of", value: formatPercent(value) },
          {
            term: "Right among its sure answers",
            value: precision === undefined ? NOT_MEASURED : formatPercent(precision),
          },
          {
            term: "What that costs",
            value:
              coverage === undefined ? NOT_MEASURED : `no sure answer to ${formatPercent(1 - coverage)} of pictures`,
          },
          {
            term: "“Unlike the training data”",
            value: novelty ? `said of ${formatPercent(novelty.validation_share)} of usual pictures` : NOT_MEASURED,
          },
        ]}
      />
      <p className="mt-3 text-xs text-muted-foreground">
        {other
          ? `So it would be. This version aims at ${formatPercent(used.target_precision)}; the setting TELLAPART_TARGET_PRECISION=${chosen} makes the next one aim at this.`
          : measuredOn(threshold?.pictures, splits?.validation)}
      </p>
    </Panel>
  );
}

/** What may be aimed at, strict to lax, with what this version aims at. */
function aims(costs: readonly { target_precision: number }[], used: number | undefined): number[] {
  const all = new Set(costs.map((cost) => cost.target_precision));
  if (used !== undefined) all.add(used);
  return [...all].sort((a, b) => b - a);
}

function measuredOn(pictures: number | null | undefined, validation: number | undefined): string {
  if (pictures) return `Measured on ${plural(pictures, "picture")} that it, or a head like it, has not learned from.`;
  return `Measured on ${validation === undefined ? "the validation pictures" : plural(validation, "validation picture")}.`;
}
