import type { ImageItem, ImagesChange, Split } from "@/api/types";
import { plural } from "@/lib/format";

export const SPLIT_NAMES: Readonly<Record<Split, string>> = {
  train: "Training",
  validation: "Validation",
  test: "Test",
};
/** The splits in their order, with how strongly a class's colour is drawn for each. */
export const SPLITS: readonly { split: Split; label: string; opacity: number }[] = [
  { split: "train", label: "training", opacity: 1 },
  { split: "validation", label: "validation", opacity: 0.55 },
  { split: "test", label: "test", opacity: 0.28 },
];
export const ORIGIN_NAMES: Readonly<Record<ImageItem["origin"], string>> = {
  given: "given with the picture",
  human: "set by hand",
  pseudo: "proposed by a model",
  feedback: "from feedback on an answer",
};

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
