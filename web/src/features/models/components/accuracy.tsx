import type { ModelMetrics } from "@/api/types";
import { formatInterval, formatPercent } from "@/lib/format";

/** "98.7%" and, quieter, its 95% interval. */
export function Accuracy({ metrics }: { metrics: ModelMetrics }) {
  return (
    <span className="whitespace-nowrap">
      {formatPercent(metrics.accuracy)}{" "}
      <span className="text-xs text-muted-foreground max-sm:block" title="95% interval">
        {formatInterval(metrics.accuracy_low, metrics.accuracy_high)}
      </span>
    </span>
  );
}
