"use client";
import { Dialog, DialogContent, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { useStore } from "@/lib/store";
import { SECTIONS } from "../sections";
import { overlay } from "../shell-store";

const KEYS: readonly [string, string][] = [
  ["Ctrl K or ⌘ K", "Find pages, classes, models and actions"],
  ...SECTIONS.map(({ key, label }): [string, string] => [`g ${key}`, `Go to ${label}`]),
  ["[", "Fold or open the rail"],
  ["Ctrl V or ⌘ V", "Predict: paste a picture"],
  ["← →", "Data: the picture before and after, in the viewer"],
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
