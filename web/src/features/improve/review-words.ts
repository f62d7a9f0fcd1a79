import type { ReviewConflict, ReviewDecision, ReviewItem, ReviewQueue } from "@/api/types";
import { formatCount, NOT_MEASURED, plural } from "@/lib/format";

/** Why an image is worth a look. */
export const REASONS: Readonly<Record<ReviewItem["reason"], string>> = {
  typical: "Typical: it stands for many others",
  uncertain: "The model is not sure",
  different: "Different from all that has a class",
  unlike_training_data: "Unlike the training data",
};

/** What was decided: "It is cat", or "24 pictures decided". */
export function decisionWords(decisions: readonly ReviewDecision[]): string {
  const [only, ...others] = decisions;
  if (!only || others.length > 0) return `${plural(decisions.length, "picture")} decided`;
  if (only.action === "reject") return "1 picture excluded";
  if (only.action === "skip") return "1 picture skipped: it comes again at the end";
  return `1 picture labelled ${only.label}`;
}

/** What was left as it is because others were faster; null where nothing was. */
export function conflictWords(conflicts: readonly ReviewConflict[]): string | null {
  const [first, ...others] = conflicts;
  if (!first) return null;
  if (others.length === 0) return `Left as it is: ${first.detail}`;
  return `${formatCount(conflicts.length)} were left as they are. The first: ${first.detail}`;
}

export function paceWords({ labels_per_hour: pace }: Pick<ReviewQueue, "labels_per_hour">): string {
  return pace === null ? NOT_MEASURED : `${formatCount(Math.round(pace))} an hour`;
}

/** Items as they were suggested; those without a suggestion cannot be accepted. */
export function acceptAll(items: readonly ReviewItem[]): ReviewDecision[] {
  return items.flatMap(({ image_id, suggested_label: label }) =>
    label === null ? [] : [{ image_id, action: "accept" as const, label }],
  );
}
