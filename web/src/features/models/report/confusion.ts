import type { ModelReport } from "@/api/types";
import { formatPercent, plural } from "@/lib/format";

type Confusion = Pick<ModelReport, "confusion_matrix" | "class_names">;

/** One cell of the matrix; without `predicted` all mistakes of a class. */
export interface MatrixCell {
  truth: string;
  predicted?: string;
}

interface Confused extends Required<MatrixCell> {
  count: number;
  /** Share of the true class that is read so. */
  share: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The mistakes that were made, the most frequent first. */
export function mistakes({ confusion_matrix, class_names }: Confusion) {
  const found: Confused[] = [];
  confusion_matrix.forEach((row, truth) => {
    const total = sum(row);
    row.forEach((count, predicted) => {
      if (truth !== predicted && count > 0)
        found.push({
          truth: class_names[truth] ?? "",
          predicted: class_names[predicted] ?? "",
          count,
          share: count / total,
        });
    });
  });
  return found.sort((a, b) => b.count - a.count || b.share - a.share);
}

/** The part of the matrix with the `most` classes that take part in the most mistakes, in their usual order. */
export function mostConfused({ confusion_matrix, class_names }: Confusion, most: number) {
  const wrong = confusion_matrix.map(
    (row, at) => sum(row) + sum(confusion_matrix.map((other) => other[at] ?? 0)) - 2 * (row[at] ?? 0),
  );
  const shown = class_names
    .map((_, at) => at)
    .sort((a, b) => (wrong[b] ?? 0) - (wrong[a] ?? 0))
    .slice(0, most)
    .sort((a, b) => a - b);
  return {
    names: shown.map((at) => class_names[at] ?? ""),
    values: shown.map((at) => shown.map((to) => confusion_matrix[at]?.[to] ?? 0)),
    totals: shown.map((at) => sum(confusion_matrix[at] ?? [])),
  };
}

/** The answer to "what does it mix up?". */
export function confusionAnswer(found: readonly Confused[], total: number): string {
  const [worst] = found;
  if (!worst) return `No mistake on ${plural(total, "test picture")}`;
  const wrong = found.reduce((count, mistake) => count + mistake.count, 0);
  return `${plural(wrong, "mistake")} on ${plural(total, "test picture")}; ${worst.truth} is taken for ${worst.predicted} most often`;
}

/** What a cell says when it is pointed at. */
export function cellWords(truth: string, predicted: string, count: number, share: number): string {
  const pictures = `${plural(count, "picture")} of ${truth}`;
  return truth === predicted
    ? `${pictures} recognised (${formatPercent(share)})`
    : `${pictures} taken for ${predicted} (${formatPercent(share)})`;
}

/** How many images are in a cell. */
export function countIn({ confusion_matrix, class_names }: Confusion, { truth, predicted }: MatrixCell): number {
  const row = confusion_matrix[class_names.indexOf(truth)] ?? [];
  if (predicted === undefined) return sum(row) - (row[class_names.indexOf(truth)] ?? 0);
  return row[class_names.indexOf(predicted)] ?? 0;
}

export function cellTitle({ truth, predicted = "another class" }: MatrixCell): string {
  return truth === predicted ? `${truth} recognised` : `${truth} taken for ${predicted}`;
}

/** The images of one cell of the matrix, or all mistakes, which are on a page of their own. */
export function mistakesAddress(version: number, cell?: MatrixCell): string {
  const search = new URLSearchParams({ version: String(version) });
  if (cell) {
    search.set("label", cell.truth);
    if (cell.predicted !== undefined) search.set("predicted", cell.predicted);
  }
  return `/models/mistakes/?${search}`;
}
