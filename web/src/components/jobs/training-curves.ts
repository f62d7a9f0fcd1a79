import type { LineChartProps } from "@/components/charts/line-chart";
import { formatMetric, formatPercent } from "@/lib/format";

/** The figures of one epoch, or of one regularisation strength `C` of a head. */
export type Figures = Readonly<Record<string, number>>;

const LINES = [
  { prefix: "", label: "training", color: "var(--muted-foreground)" },
  { prefix: "validation_", label: "validation", color: "var(--accent)" },
] as const;

/** What is drawn of a training, each chart titled by its answer; empty while there is nothing to draw. */
export function trainingCurves(figures: readonly Figures[]): LineChartProps[] {
  // A resumed training tells some epochs again.
  const epochs = [...new Map(figures.flatMap((row) => (row.epoch ? [[row.epoch, row]] : []))).values()];
  if (epochs.length === 0) return headCurve(figures);
  return (["accuracy", "loss"] as const).flatMap((name) => {
    const lines = LINES.filter(({ prefix }) => epochs.some((row) => row[prefix + name] !== undefined));
    const judged = lines.at(-1);
    if (!judged) return [];
    const found = epochs.map((row) => row[judged.prefix + name] ?? Number.NaN);
    return {
      title: name === "accuracy" ? accuracyAnswer(found, judged.label) : lossAnswer(found, judged.label),
      xLabel: "epoch",
      rows: epochs.map((row) => ({ x: row.epoch ?? 0, ...row })),
      series: lines.map(({ prefix, label, color }) => ({ key: prefix + name, label, color })),
      format: name === "accuracy" ? formatPercent : formatMetric,
      free: name === "loss",
    };
  });
}

function accuracyAnswer(values: readonly number[], split: string): string {
  const best = Math.max(...values.filter(Number.isFinite));
  return `${formatPercent(best)} accurate in ${split}, best of ${values.length} ${values.length === 1 ? "epoch" : "epochs"}`;
}

function lossAnswer(values: readonly number[], split: string): string {
  const least = Math.min(...values.filter(Number.isFinite));
  const at = values.lastIndexOf(least);
  if (at === values.length - 1) return `Loss in ${split} ${formatMetric(least)}, lowest so far`;
  return `Loss in ${split} was lowest in epoch ${at + 1}: ${formatMetric(least)}`;
}

/** How the strength of a head's regularisation was chosen. */
function headCurve(figures: readonly Figures[]): LineChartProps[] {
  const tried = figures
    .flatMap(({ C, validation_loss }) =>
      C !== undefined && validation_loss !== undefined ? [{ x: Math.log10(C), validation_loss }] : [],
    )
    .toSorted((one, other) => one.x - other.x);
  const best = tried.toSorted((one, other) => one.validation_loss - other.validation_loss)[0];
  if (!best || tried.length < 2) return [];
  const strength = (exponent: number) => String(Number((10 ** exponent).toPrecision(2)));
  return [
    {
      title: `Loss in validation is lowest at C = ${strength(best.x)}: ${formatMetric(best.validation_loss)}`,
      xLabel: "C, inverse strength of regularisation",
      rows: tried,
      series: [{ key: "validation_loss", label: "validation", color: "var(--accent)" }],
      format: formatMetric,
      formatX: strength,
      free: true,
    },
  ];
}
