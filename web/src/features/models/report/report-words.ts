import type { Model, ModelMetrics, ModelReport } from "@/api/types";
import { formatCount, formatInterval, formatPercent, NOT_MEASURED, plural } from "@/lib/format";

/** What the accuracy means for images to come. */
export function accuracyMeaning({ accuracy_low, accuracy_high, total }: ModelMetrics): string {
  const [low, high] = [Math.floor(accuracy_low * 100), Math.ceil(accuracy_high * 100)];
  return `Of 100 new pictures like these, it would answer ${low === high ? low : `${low} to ${high}`} right: that is how sure ${plural(total, "test picture")} can make us.`;
}

/** How many pictures of validation and train are told right by heads that have not seen them. */
export function heldOutWords(held: ModelReport["held_out"]): string | null {
  if (!held) return null;
  return `Of ${plural(held.pictures, "picture")} for training and validation, each left out in turn, it is right in ${formatPercent(held.accuracy)} (95% interval ${formatInterval(held.accuracy_low, held.accuracy_high)}).`;
}

/** Whether the score can be believed: near-duplicates of test pictures that the version learned from. */
export function leakWords({ leaks, leak_check }: Pick<ModelReport, "leaks" | "leak_check">, total: number): string {
  if (leaks === null || leaks === undefined) return "Leaks: not checked.";
  if (leaks > 0)
    return `Leaks: ${formatCount(leaks)} of ${plural(total, "test picture")} ${leaks === 1 ? "has" : "have"} a near-duplicate in training or validation, so the score looks better than it is.`;
  return leak_check === "embeddings"
    ? "Leaks: none found."
    : "Leaks: none found by fingerprint; by similarity not checked.";
}

const WEAKEST = 3;

/** The classes that are recognised least, in a sentence. */
export function weakestWords(weakest: ModelReport["weakest_classes"]): string | null {
  const named = weakest
    .slice(0, WEAKEST)
    .map(({ label, recall, support }) => `${label} (${formatPercent(recall)} of ${plural(support, "test picture")})`);
  return named.length > 0 ? `Recognised least: ${named.join(", ")}.` : null;
}

/** What saying "not sure" brings, and what it costs. */
export function thresholdAnswer(threshold: ModelReport["threshold"]): string {
  if (!threshold) return "When it says “not sure”";
  const { reached, coverage, precision, target_precision } = threshold;
  return reached
    ? `Sure about ${formatPercent(coverage)} of the pictures, and right in ${formatPercent(precision)} of those`
    : `Even its surest answers are not right in ${formatPercent(target_precision)} of cases`;
}

/** Why there is a small, fast file, or why not. */
export function int8Words(int8: NonNullable<ModelReport["exports"]>["int8"] | undefined): string {
  if (!int8) return NOT_MEASURED;
  const { kept, reason, speedup, accuracy_fp32, accuracy_int8 } = int8;
  const faster = speedup === null ? "" : `${speedup.toFixed(1)} times as fast; `;
  const accuracy = `${formatPercent(accuracy_int8)} accurate, ${formatPercent(accuracy_fp32)} in full precision`;
  return kept ? `${faster}${accuracy}` : reason;
}

const BUILT_IN = "efficientnet-lite0";

/** Why Keras files that a version lacks cannot be made now; null when they can. */
export function whyNoKeras({ recipe, backbone }: Pick<Model, "recipe" | "backbone">): string | null {
  return recipe === "probe" && backbone !== BUILT_IN ? "for a quick model on the built-in backbone alone" : null;
}

/** How far the probabilities of a file are from those of the network that was trained. */
export function parityWords(difference: number | undefined): string | null {
  if (difference === undefined) return null;
  return difference === 0 ? "same answers" : `answers differ by ${difference.toExponential(0)} at most`;
}
