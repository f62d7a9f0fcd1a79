"use client";
import type { ImagesChange } from "@/api/types";
import { KeyButton } from "@/components/ui/key-button";
import { useChangeImages } from "../labels/change-images";
import { useClassPicker } from "../labels/class-picker";

export interface ImageAction {
  key: string;
  label: string;
  run: () => void;
}

interface Targets {
  /** Which images an action would change now. */
  targets: () => readonly number[];
  /** They are excluded: "e" includes them again. */
  excluded: boolean;
}

/** What can be done with images, by button and by key. */
export function useImageActions({ targets, excluded }: Targets) {
  const { mutate, undo, isPending } = useChangeImages();
  const change = (ids: readonly number[], what: Omit<ImagesChange, "ids">) => {
    if (ids.length > 0 && !isPending) mutate({ ids: [...ids], ...what });
  };
  const { ask, ...asked } = useClassPicker((ids, label) => change(ids, { label }));
  const run = (what: Omit<ImagesChange, "ids">) => () => change(targets(), what);
  const actions: ImageAction[] = [
    { key: "l", label: "Relabel", run: () => ask(targets()) },
    { key: "r", label: "Training", run: run({ split: "train" }) },
    { key: "v", label: "Validation", run: run({ split: "validation" }) },
    { key: "t", label: "Test", run: run({ split: "test" }) },
    excluded
      ? { key: "e", label: "Include again", run: run({ excluded: false }) }
      : { key: "e", label: "Exclude", run: run({ excluded: true }) },
  ];
  return {
    actions,
    keys: Object.fromEntries(actions.map((action) => [action.key, action.run])),
    change,
    undo,
    busy: isPending,
    ...asked,
  };
}

/** Actions as buttons, each with its key. */
export function ActionButtons({ actions }: { actions: readonly ImageAction[] }) {
  return actions.map(({ key, label, run }) => (
    <KeyButton key={key} shortcut={key.toUpperCase()} onClick={run}>
      {label}
    </KeyButton>
  ));
}
