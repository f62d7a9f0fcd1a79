import type { ModelMetrics, ModelReport } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { ButtonLink } from "@/components/ui/button";
import { issueAddress } from "@/images/issue-kinds";
import { formatCount, formatInterval, formatMetric, formatPercent } from "@/lib/format";
import { accuracyMeaning, heldOutWords, leakWords } from "./report-words";

const FEW_CLASSES = 5;

interface HeadlineProps {
  metrics: ModelMetrics;
  classes: number;
  /** Undefined until it is there. */
  report: ModelReport | undefined;
}

/** The numbers of a version on its test images, what the first of them means, and whether to believe it. */
export function HeadlineFigures({ metrics, classes, report }: HeadlineProps) {
  const { accuracy, accuracy_low, accuracy_high, top_5_accuracy, ...others } = metrics;
  const top5 = classes > FEW_CLASSES && typeof top_5_accuracy === "number";
  const precision = formatPercent(others.precision_macro);
  const rocAuc = formatMetric(others.roc_auc_macro);
  return (
    <div>
      <Figures
        facts={[
          {
            term: "Accuracy",
            value: formatPercent(accuracy),
            note: `${formatCount(accuracy * others.total)} of ${formatCount(others.total)}, 95% interval ${formatInterval(accuracy_low, accuracy_high)}`,
          },
          {
            term: "F1 (macro)",
            value: formatPercent(others.f1_macro),
            note: `precision ${precision}, recall ${formatPercent(others.recall_macro)}`,
          },
          {
            term: "Calibration error",
            value: formatPercent(others.ece),
            note: `log loss ${formatMetric(others.log_loss)}`,
          },
          top5
            ? { term: "Among its first five", value: formatPercent(top_5_accuracy), note: `ROC AUC ${rocAuc}` }
            : { term: "ROC AUC", value: rocAuc, note: `F1 (weighted) ${formatPercent(others.f1_weighted)}` },
        ]}
      />
      <p className="mt-3 text-sm text-muted-foreground">
        {accuracyMeaning(metrics)} {heldOutWords(report?.held_out)}
      </p>
      {report && (
        <p className={`mt-1 text-sm ${report.leaks ? "text-negative" : "text-muted-foreground"}`} data-testid="leaks">
          {leakWords(report, metrics.total)}
          {report.leaks ? (
            <ButtonLink href={issueAddress("leak")} variant="link" size="sm">
              Bring each group into one split
            </ButtonLink>
          ) : null}
        </p>
      )}
    </div>
  );
}
