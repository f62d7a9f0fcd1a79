"use client";
import { Ban, CircleCheck, FlaskConical, GraduationCap, type LucideIcon, Scale, Tag } from "lucide-react";
import type { ImagesChange } from "@/api/types";
import { useChangeImages } from "../api/change-images";

export interface PictureAction {
  key: string;
  label: string;
  icon: LucideIcon;
  run: () => void;
}

interface Targets {
  /** Which pictures an action would change now. */
  targets: () => readonly number[];
  /** They are excluded: "e" includes them again. */
  excluded: boolean;
  onRelabel: (ids: readonly number[]) => void;
}

/** What can be done with pictures, by button and by key. */
export function usePictureActions({ targets, excluded, onRelabel }: Targets) {
  const { mutate, undo } = useChangeImages();
  const change = (ids: readonly number[], what: Omit<ImagesChange, "ids">) => {
    if (ids.length > 0) mutate({ ids: [...ids], ...what });
  };
  const run = (what: Omit<ImagesChange, "ids">) => () => change(targets(), what);
  const actions: PictureAction[] = [
    { key: "l", label: "Relabel", icon: Tag, run: () => onRelabel(targets()) },
    { key: "r", label: "Training", icon: GraduationCap, run: run({ split: "train" }) },
    { key: "v", label: "Validation", icon: Scale, run: run({ split: "validation" }) },
    { key: "t", label: "Test", icon: FlaskConical, run: run({ split: "test" }) },
    excluded
      ? { key: "e", label: "Include again", icon: CircleCheck, run: run({ excluded: false }) }
      : { key: "e", label: "Exclude", icon: Ban, run: run({ excluded: true }) },
  ];
  return { actions, keys: Object.fromEntries(actions.map((action) => [action.key, action.run])), change, undo };
}
