import type { ReviewItem } from "@/api/types";
import type { TriageAction } from "@/images/triage-grid";
import type { Decide } from "../api/review";

/** As many classes as there are keys for them. */
export const MOST_KEYS = 9;

/** What all that shows an image to decide is given. */
export interface Reviewing {
  /** Those that have a key, in its order. */
  classes: readonly string[];
  decide: Decide;
  /** Lets another class be chosen for an image. */
  ask: (id: number) => void;
}

/** What can be done with an image: the same keys, whether it stands alone or in a grid. */
export function reviewActions(item: ReviewItem, { classes, decide, ask }: Reviewing): TriageAction[] {
  const { image_id, suggested_label: suggested } = item;
  return [
    {
      key: "a",
      label: suggested === null ? "Accept" : `It is ${suggested}`,
      className: "col-span-2",
      hidden: suggested === null,
      disabled: suggested === null,
      run: () => decide([{ image_id, action: "accept", label: suggested }]),
    },
    ...classes.map((label, at) => ({
      key: `${at + 1}`,
      label,
      hidden: true,
      run: () => decide([{ image_id, action: "label" as const, label }]),
    })),
    { key: "l", label: "Another class", className: "col-span-2", run: () => ask(image_id) },
    { key: "e", label: "Exclude", variant: "ghost", run: () => decide([{ image_id, action: "reject" }]) },
    { key: "s", label: "Skip", variant: "ghost", run: () => decide([{ image_id, action: "skip" }]) },
  ];
}
