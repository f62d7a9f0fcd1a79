import type { Mistake } from "@/api/types";

/** The image has another class now, or is left out: what was wrong has been seen to. */
export const isSettled = (item: Mistake) => item.excluded || item.current_label !== item.label;

/** What has become of an image since it was tested. */
export function nowWords({ excluded, label, current_label }: Mistake): string | null {
  if (excluded) return "excluded now";
  return current_label === label ? null : current_label === null ? "has no class now" : `now ${current_label}`;
}
