import type { ModelMetrics } from "@/api/types";
import { formatCount, formatInterval, formatPercent } from "@/lib/format";

type Judged = Pick<ModelMetrics, "accuracy" | "accuracy_low" | "accuracy_high" | "total">;

/** "98.7% of 179": an accuracy, and how many test images stand behind it. */
export const accuracyOf = ({ accuracy, total }: Pick<Judged, "accuracy" | "total">): string =>
  `${formatPercent(accuracy)} of ${formatCount(total)}`;

/** "12 of 12 test pictures right: 100%, 95% interval 73.5–100%". */
export function accuracyWords({ accuracy, accuracy_low, accuracy_high, total }: Judged): string {
  const right = `${formatCount(accuracy * total)} of ${formatCount(total)} test pictures right`;
  return `${right}: ${formatPercent(accuracy)}, 95% interval ${formatInterval(accuracy_low, accuracy_high)}`;
}

/** "98.7% of 179" and, quieter, its 95% interval. */
export function Accuracy({ metrics }: { metrics: Judged }) {
  return (
    <span className="whitespace-nowrap" title={accuracyWords(metrics)}>
      {formatPercent(metrics.accuracy)}
      <span className="text-muted-foreground"> of {formatCount(metrics.total)}</span>{" "}
      <span className="text-xs text-muted-foreground max-sm:block">
        {formatInterval(metrics.accuracy_low, metrics.accuracy_high)}
      </span>
    </span>
  );
}
