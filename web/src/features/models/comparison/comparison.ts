import type { Model, ModelComparison } from "@/api/types";
import { formatMetric, formatPercent, plural } from "@/lib/format";

export const compareAddress = (a: number, b: number) => `/models/compare/?a=${a}&b=${b}`;

/** The versions that are compared when none is named: the one in service, and the newest other. */
export function usualPair(newestFirst: readonly Model[]): [number, number] | null {
  const first = newestFirst.find(({ aliases }) => aliases.includes("champion")) ?? newestFirst[1];
  const second = newestFirst.find((model) => model !== first);
  return first && second ? [first.version, second.version] : null;
}

const NAMES: Readonly<Record<string, string>> = {
  accuracy: "Accuracy",
  precision_macro: "Precision (macro)",
  recall_macro: "Recall (macro)",
  f1_macro: "F1 (macro)",
  f1_weighted: "F1 (weighted)",
  top_5_accuracy: "Among the first five",
  roc_auc_macro: "ROC AUC",
  log_loss: "Log loss",
  ece: "Calibration error",
};
const PLAIN = ["log_loss", "roc_auc_macro"];

export const metricName = (name: string) => NAMES[name] ?? name.replaceAll("_", " ");
export const metricValue = (name: string, value: number) =>
  PLAIN.includes(name) ? formatMetric(value) : formatPercent(value);

type Metric = ModelComparison["metrics"][number];

/** Which of the two is better: 0, 1, or null where they read the same. */
export function betterOf({ name, values, higher_is_better }: Metric): 0 | 1 | null {
  const [a = 0, b = 0] = values;
  if (metricValue(name, a) === metricValue(name, b)) return null;
  return a > b === higher_is_better ? 0 : 1;
}

/** The counts behind the verdict. */
export function mcnemarWords({ versions, images, mcnemar }: Pick<ModelComparison, "versions" | "images" | "mcnemar">) {
  const { only_first, only_second, p_value } = mcnemar;
  const p = p_value < 0.001 ? "under 0.001" : p_value.toFixed(3);
  return `Both were tested on ${plural(images, "picture")}: ${only_first} that only version ${versions[0]} gets right, ${only_second} that only version ${versions[1]} does. If they were equally good, a difference like this would be seen with a probability of ${p} (McNemar's test).`;
}
