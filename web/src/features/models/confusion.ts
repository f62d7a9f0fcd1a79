import type { ModelReport } from "@/api/types";
import { formatPercent, plural } from "@/lib/format";

export interface Mistake {
  truth: string;
  predicted: string;
  count: number;
  /** Share of the true class that is read so. */
  share: number;
}

/** The mistakes that were made, the most frequent first. */
export function mistakes({ confusion_matrix, class_names }: Pick<ModelReport, "confusion_matrix" | "class_names">) {
  const found: Mistake[] = [];
  confusion_matrix.forEach((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
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

/** The answer to "what does it mix up?". */
export function confusionAnswer(found: readonly Mistake[], total: number): string {
  const [worst] = found;
  if (!worst) return `No mistake on ${plural(total, "test picture")}`;
  const wrong = found.reduce((sum, mistake) => sum + mistake.count, 0);
  return `${plural(wrong, "mistake")} on ${plural(total, "test picture")}; ${worst.truth} is taken for ${worst.predicted} most often`;
}

/** What a cell says when it is pointed at. */
export function cellWords(truth: string, predicted: string, count: number, share: number): string {
  const pictures = `${plural(count, "picture")} of ${truth}`;
  return truth === predicted
    ? `${pictures} recognised (${formatPercent(share)})`
    : `${pictures} taken for ${predicted} (${formatPercent(share)})`;
}
