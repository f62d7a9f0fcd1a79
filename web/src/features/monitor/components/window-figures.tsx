"use client";
import { TriangleAlert } from "lucide-react";
import { useMonitoringSummary } from "@/api/monitoring";
import type { MonitoringSummary } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { QueryStates } from "@/components/layout/states";
import { formatCount, formatInterval, formatPercent, NOT_MEASURED, plural } from "@/lib/format";
import { WINDOW_WORDS, type WindowName } from "../answers";

/** A window in numbers: how much was asked, how sure the answers were, and how often they were right. */
export function WindowFigures({ window }: { window: WindowName }) {
  const query = useMonitoringSummary(window);
  return (
    <QueryStates query={query} skeleton="h-24 rounded-xl" errorTitle="The numbers of this time could not be read">
      {(summary) => (
        <div className="grid gap-3" data-testid="window-figures">
          <Figures
            facts={[
              { term: "Pictures asked about", value: formatCount(summary.requests), note: WINDOW_WORDS[window] },
              { term: "“Unknown”", ...unknownOf(summary) },
              { term: "Mean confidence", value: formatPercent(summary.mean_confidence) },
              { term: "Right, by feedback", ...feedbackOf(summary.feedback) },
            ]}
          />
          {summary.log.dropped > 0 && (
            <p className="flex gap-2 text-sm text-warning">
              <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
              {plural(summary.log.dropped, "answer")} could not be written into the log, and{" "}
              {summary.log.dropped === 1 ? "is" : "are"} missing here. The disk may be full, or the database busy.
            </p>
          )}
        </div>
      )}
    </QueryStates>
  );
}

function unknownOf({ answered, abstained, abstained_because: because }: MonitoringSummary) {
  if (answered === 0) return { value: NOT_MEASURED };
  const [unlike, unsure] = [because.unlike_training_data ?? 0, because.low_confidence ?? 0];
  return {
    value: formatPercent(abstained / answered),
    note: `${formatCount(unlike)} unlike the training data, ${formatCount(unsure)} not sure`,
  };
}

function feedbackOf({ count, correct, accuracy, low, high }: MonitoringSummary["feedback"]) {
  if (accuracy === null || low === null || high === null)
    return { value: NOT_MEASURED, note: "nobody has said whether an answer was right" };
  return {
    value: formatPercent(accuracy),
    note: `${formatCount(correct)} of ${formatCount(count)}, 95% interval ${formatInterval(low, high)}`,
  };
}
