import type { ModelMetrics } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { formatInterval, formatMetric, formatPercent, NOT_MEASURED } from "@/lib/format";
import { accuracyMeaning } from "../report-words";

const FEW_CLASSES = 5;

/** The numbers of a version on its test images, and what the first of them means. */
export function HeadlineFigures({ metrics, classes }: { metrics: ModelMetrics; classes: number }) {
  const top5 = classes > FEW_CLASSES && typeof metrics.top_5_accuracy === "number";
  return (
    <div>
      <Figures
        facts={[
          {
            term: "Accuracy",
            value: formatPercent(metrics.accuracy),
            note: `95% interval ${formatInterval(metrics.accuracy_low, metrics.accuracy_high)}`,
          },
          {
            term: "F1 (macro)",
            value: formatPercent(metrics.f1_macro),
            note: `precision ${formatPercent(metrics.precision_macro)}, recall ${formatPercent(metrics.recall_macro)}`,
          },
          {
            term: "Calibration error",
            value: formatPercent(metrics.ece),
            note: `log loss ${formatMetric(metrics.log_loss)}`,
          },
          top5
            ? {
                term: "Among its first five",
                value: formatPercent(metrics.top_5_accuracy),
                note: `ROC AUC ${formatMetric(metrics.roc_auc_macro)}`,
              }
            : {
                term: "ROC AUC",
                value:
                  typeof metrics.roc_auc_macro === "number" ? (
                    formatMetric(metrics.roc_auc_macro)
                  ) : (
                    <span className="text-sm font-normal text-muted-foreground">{NOT_MEASURED}</span>
                  ),
                note: `F1 (weighted) ${formatPercent(metrics.f1_weighted)}`,
              },
        ]}
      />
      <p className="mt-3 text-sm text-muted-foreground">{accuracyMeaning(metrics)}</p>
    </div>
  );
}
