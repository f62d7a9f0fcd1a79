import type { Drift, DriftMeasure } from "@/api/types";
import { formatPercent } from "@/lib/format";

type Name = DriftMeasure["name"];

/** What each measure looks at. */
export const MEASURE_WORDS: Readonly<Record<Name, string>> = {
  classes: "Mix of the classes",
  confidence: "Confidences, all of them",
  mean_confidence: "Mean confidence",
  distance: "Likeness to the training data",
  unlike_training_data: "Unlike the training data",
};

const INDICES: readonly Name[] = ["classes", "confidence", "distance"];

/** A value of a measure: an index as a number, a share as one. */
export const measureValue = (name: Name, value: number | null): string =>
  value !== null && INDICES.includes(name) ? value.toFixed(2) : formatPercent(value);

/** Where a measure begins to have changed, in words. */
export function limitOf({ name, threshold }: Pick<DriftMeasure, "name" | "threshold">): string {
  if (threshold === null) return "";
  return `${name === "mean_confidence" ? "under" : "over"} ${measureValue(name, threshold)}`;
}

const findingOf = ({ name, value, expected }: DriftMeasure, drift: Drift): string => {
  const instead = `${measureValue(name, value)} instead of ${measureValue(name, expected)}`;
  switch (name) {
    case "unlike_training_data":
      return `More pictures are unlike the training data: ${instead}`;
    case "mean_confidence":
      return `It is less sure: ${instead} on average`;
    case "classes":
      return `It answers with other classes: ${mostChanged(drift)}`;
    case "confidence":
      return `It is ${risen(drift.confidences) ? "more" : "less"} often sure than in its test`;
    case "distance":
      return risen(drift.distance_scores)
        ? "The pictures are more like the training data than those of its test: it may have learned from them"
        : "The pictures are less like the training data than those of its test";
  }
};

/** Whether scores are higher than in the test. */
const risen = (ranges: Drift["confidences"]): boolean =>
  ranges.reduce((sum, { expected, seen }, place) => sum + ((seen ?? 0) - expected) * place, 0) > 0;

/** The class whose share moved most. */
function mostChanged({ classes }: Pick<Drift, "classes">): string {
  const moved = ({ expected, seen }: Drift["classes"][number]) => Math.abs((seen ?? 0) - expected);
  const most = [...classes].sort((a, b) => moved(b) - moved(a))[0];
  return most ? `“${most.label}” ${formatPercent(most.seen)} instead of ${formatPercent(most.expected)}` : "";
}

/** What changed, a sentence each; of the confidences the mean, where that has changed. */
export const findings = (drift: Drift): string[] =>
  drift.measures
    .filter(
      ({ verdict, name }) => verdict === "changed" && !(name === "confidence" && isChanged(drift, "mean_confidence")),
    )
    .map((measure) => findingOf(measure, drift));

/** The answers to the question of each chart. */
export const classesAnswer = (drift: Drift): string =>
  isChanged(drift, "classes") ? `Most changed: ${mostChanged(drift)}` : "The classes are as frequent as in the test";

export function confidenceAnswer(drift: Drift): string {
  const mean = drift.measures.find(({ name }) => name === "mean_confidence");
  if (!mean || mean.value === null) return "How sure it was in the test";
  return isChanged(drift, "mean_confidence") || isChanged(drift, "confidence")
    ? `Mean confidence ${formatPercent(mean.value)}, in the test ${formatPercent(mean.expected)}`
    : "It is as sure as in the test";
}

const isChanged = ({ measures }: Drift, wanted: Name) =>
  measures.some(({ name, verdict }) => name === wanted && verdict === "changed");

/** A range of scores in percent, with more digits the nearer its ends are to 100. */
export function rangeOf({ low, high }: { low: number; high: number }): string {
  const end = (score: number) =>
    (score * 100).toFixed(score < 1 ? Math.max(0, Math.ceil(-Math.log10(1 - score)) - 2) : 0);
  return high >= 1 ? `${end(low)}+` : `${end(low)}–${end(high)}`;
}
