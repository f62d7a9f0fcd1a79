import type { ModelReport } from "@/api/types";
import { FactList } from "@/components/layout/facts";
import { Panel } from "@/components/layout/panel";
import { formatPercent, NOT_MEASURED, plural } from "@/lib/format";
import { thresholdAnswer } from "../report-words";

/** When a version says "not sure", what that brings, and what it costs. */
export function ThresholdPanel({ report }: { report: ModelReport }) {
  const { threshold, novelty, splits, confidence_threshold: value } = report;
  return (
    <Panel title={thresholdAnswer(threshold)} description="It says “not sure” rather than guess.">
      <FactList
        facts={[
          { term: "“Not sure” below a confidence of", value: formatPercent(value) },
          {
            term: "Right among its sure answers",
            value: threshold
              ? `${formatPercent(threshold.precision)}, of ${formatPercent(threshold.target_precision)} wanted`
              : NOT_MEASURED,
          },
          {
            term: "What that costs",
            value: threshold ? `no sure answer to ${formatPercent(1 - threshold.coverage)} of pictures` : NOT_MEASURED,
          },
          {
            term: "“Unlike the training data”",
            value: novelty ? `said of ${formatPercent(novelty.validation_share)} of usual pictures` : NOT_MEASURED,
          },
        ]}
      />
      <p className="mt-3 text-xs text-muted-foreground">
        Measured on {splits ? plural(splits.validation, "validation picture") : "the validation pictures"}.
      </p>
    </Panel>
  );
}
