import type { DataInsights } from "@/api/types";
import { plural } from "@/lib/format";

type DataSet = Pick<DataInsights, "class_splits" | "issues">;

const MOST_NAMES = 3;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Why nothing can be trained on these images; null when it can. */
export function obstacle({ class_splits }: DataSet): string | null {
  const classes = Object.entries(class_splits);
  const unlearned = classes.filter(([, splits]) => splits.train === 0).map(([label]) => label);
  if (classes.length === 0) return "No picture has a class yet, and training learns from pictures that have one.";
  if (classes.length === 1) return `All pictures are of one class, ${classes[0]?.[0]}. It takes two to tell apart.`;
  if (unlearned.length > 0) return `There is no training picture of ${listed(unlearned)}.`;
  if (classes.every(([, splits]) => splits.test === 0)) return "No picture is set aside for testing.";
  return null;
}

/** What will make the numbers of a version less sure. */
export function doubts({ class_splits, issues }: DataSet): string[] {
  const untested = Object.entries(class_splits).flatMap(([label, splits]) => (splits.test === 0 ? [label] : []));
  const leaks = issues.leak ?? 0;
  return [
    ...(untested.length > 0 ? [`No test picture of ${listed(untested)}: it will not be judged there.`] : []),
    ...(leaks > 0
      ? [`${plural(leaks, "picture")} may be in training and in test alike, which flatters the numbers.`]
      : []),
  ];
}
