import type { EntryChange } from "@/api/types";
import { formatCount } from "@/lib/format";

type ChangeKind = EntryChange["change"];

const CHANGES: readonly ChangeKind[] = ["added", "removed", "relabelled", "moved", "excluded", "included"];

/** "483 added · 2 relabelled", in a fixed order; null when nothing changed. */
export function countWords(counts: Readonly<Partial<Record<ChangeKind, number>>>): string | null {
  const parts = CHANGES.flatMap((kind) => (counts[kind] ? [`${formatCount(counts[kind])} ${kind}`] : []));
  return parts.length > 0 ? parts.join(" · ") : null;
}

/** What bringing back a version does, given what changes from the current one to it. */
export function restoreWords(counts: Readonly<Partial<Record<ChangeKind, number>>>): string {
  const words = countWords(counts);
  return words ? `This changes: ${words}.` : "Nothing changes: it has the same content.";
}

type State = NonNullable<EntryChange["after"]>;

/** What differs between two states, as the two sides of an arrow; one side is empty where the image is not there. */
export function changeSides({ before, after }: Pick<EntryChange, "before" | "after">): [string, string] {
  const label = (state: State) => state.label ?? "no class";
  const split = (state: State) => state.split ?? "no split";
  const all = (state: State | null) => (state ? `${label(state)}, ${split(state)}` : "");
  if (!before || !after) return [all(before), all(after)];
  const parts = (["label", "split", "excluded"] as const).filter((name) => before[name] !== after[name]);
  const side = (state: State) =>
    parts
      .map((name) => (name === "excluded" ? (state.excluded ? "excluded" : "included") : { label, split }[name](state)))
      .join(", ");
  return [side(before), side(after)];
}
