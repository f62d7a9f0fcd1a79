import { formatPercent } from "@/lib/format";

const NAMES: Record<string, string> = {
  accuracy: "training",
  val_accuracy: "validation",
  validation_accuracy: "validation",
  train_accuracy: "training",
};

/** Accuracy by epoch as a chart titled by its answer; null while there is nothing to draw. */
export function epochSeries(rows: readonly Record<string, number>[]) {
  if (rows.length < 2) return null;
  const keys = Object.keys(NAMES).filter((key) => rows.some((row) => row[key] !== undefined));
  if (keys.length === 0) return null;
  const shown = keys.find((key) => NAMES[key] === "validation") ?? keys[0] ?? "accuracy";
  const best = Math.max(...rows.map((row) => row[shown] ?? 0));
  return {
    title: `${formatPercent(best)} accurate in ${NAMES[shown]}, best of ${rows.length} epochs`,
    xLabel: "epoch",
    rows: rows.map((row, index) => ({ x: row.epoch ?? index + 1, ...row })),
    series: keys.map((key, index) => ({
      key,
      label: NAMES[key] ?? key,
      color: index === 0 ? "var(--muted-foreground)" : "var(--accent)",
    })),
    format: formatPercent,
  };
}
