import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { ImageAction } from "@/images/dialog/image-actions";
import { ActionButtons } from "@/images/dialog/image-actions";
import { formatCount } from "@/lib/format";

interface SelectionBarProps {
  count: number;
  total: number;
  /** A change of them is under way. */
  busy: boolean;
  actions: readonly ImageAction[];
  onAll: () => void;
  onClear: () => void;
}

/** What can be done with the selected images; its place is kept, so that nothing shifts when it comes. */
export function SelectionBar({ count, total, busy, actions, onAll, onClear }: SelectionBarProps) {
  return (
    <div className="pointer-events-none sticky bottom-16 z-20 mt-4 h-14 md:bottom-3">
      {count > 0 && (
        <div
          role="toolbar"
          aria-label="Selected pictures"
          className="pointer-events-auto inline-flex max-w-full items-center gap-1.5 overflow-x-auto rounded-xl border bg-surface p-2 shadow-lg"
          data-testid="selection-bar"
        >
          <Button size="icon-sm" variant="ghost" onClick={onClear} aria-label="Clear the selection" title="Clear (Esc)">
            <X />
          </Button>
          <span role="status" className="shrink-0 pr-2 text-sm font-medium">
            {busy ? `Changing ${formatCount(count)} …` : `${formatCount(count)} selected`}
          </span>
          <ActionButtons actions={actions} />
          {count < total && (
            <Button size="sm" variant="ghost" className="px-2" onClick={onAll} aria-keyshortcuts="Control+A">
              All {formatCount(total)}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
