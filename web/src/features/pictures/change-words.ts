import type { ImagesChange } from "@/api/types";
import { plural } from "@/lib/format";

/** What a change did: "23 pictures relabelled to cats". */
export function changeWords(change: ImagesChange, changed: number): string {
  const parts = [
    change.label && `relabelled to ${change.label}`,
    change.split && `moved to ${change.split}`,
    typeof change.excluded === "boolean" && (change.excluded ? "excluded" : "included again"),
    change.keep?.length && "kept as they are",
    change.reopen?.length && "opened again",
  ].filter(Boolean);
  const words = parts.join(" and ").replace("they are", changed === 1 ? "it is" : "they are");
  return changed === 0 ? `Nothing to change: already ${words}` : `${plural(changed, "picture")} ${words}`;
}
