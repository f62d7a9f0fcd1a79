"use client";
import { Dialog, DialogContent, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { useStore } from "@/lib/store";
import { SECTIONS } from "./sections";
import { overlay } from "./shell-store";

const KEYS: readonly [string, string][] = [
  ["Ctrl K or ⌘ K", "Find pages, classes, models and actions"],
  ...SECTIONS.map(({ key, label }): [string, string] => [`g ${key}`, `Go to ${label}`]),
  ["[", "Fold or open the rail"],
  ["Ctrl V or ⌘ V", "Predict: paste a picture"],
  ["← ↑ ↓ →", "Pictures: move; with Shift, select on the way"],
  ["Space or x", "Pictures: select, or select no more"],
  ["Ctrl A or ⌘ A", "Pictures: select all that are found"],
  ["Enter", "Pictures: open; then ← → for the one before and after"],
  ["l", "Pictures: give another class"],
  ["r  v  t", "Pictures: move to training, validation, test"],
  ["e", "Pictures: exclude, or include again"],
  ["a  k  e", "Issues: accept the suggested class, keep as it is, exclude"],
  ["1 … 9", "Issues: which of the near-duplicates stays"],
  ["1 … 9", "Worth labelling: the class of that number"],
  ["a  l  e  s", "Improve: accept the suggestion, another class, exclude, skip"],
  ["1 … 9", "Improve: the class of that number"],
  ["Ctrl Enter", "Train: start the training"],
  ["a  l  e", "Mistakes: take the answer for the class, relabel, exclude"],
  ["h", "Mistakes, Predict: heat maps on and off"],
  ["+  −  0", "Map: nearer, farther, all of it"],
  ["u or Ctrl Z", "Data, Improve: undo the latest change"],
  ["Esc", "Close what is open"],
  ["?", "Show these keys"],
];

export function KeysDialog() {
  const open = useStore(overlay) === "keys";
  return (
    <Dialog open={open} onOpenChange={() => overlay.set(() => null)}>
      <DialogContent>
        <DialogTitle>Keys</DialogTitle>
        <DialogDescription className="sr-only">What the keyboard does on every page.</DialogDescription>
        <dl className="text-sm">
          {KEYS.map(([key, action]) => (
            <div key={key} className="flex items-center justify-between gap-4 border-b py-2 last:border-0">
              <dd className="order-1">{action}</dd>
              <dt className="order-2 shrink-0">
                <kbd className="rounded border bg-muted px-1.5 py-0.5 font-mono text-xs">{key}</kbd>
              </dt>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
