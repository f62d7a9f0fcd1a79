import { createStore } from "@/lib/store";

/** The overlay that is open over every page. */
export const overlay = createStore<"palette" | "keys" | null>(null);

/** Folds the rail to icons, or opens it again; kept for the next visit. */
export function toggleRail(): void {
  const root = document.documentElement;
  const folded = root.dataset.rail !== "folded";
  root.dataset.rail = folded ? "folded" : "open";
  localStorage.setItem("rail", root.dataset.rail);
}
