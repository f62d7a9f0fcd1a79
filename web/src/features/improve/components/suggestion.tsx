import type { ReviewItem } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { cn } from "@/lib/class-names";
import { formatPercent } from "@/lib/format";
import { REASONS } from "../review-words";

interface SuggestionProps {
  item: ReviewItem;
  color: (label: string) => string;
  large?: boolean;
}

/** What the model takes an image for, how sure it is, and why the image is shown. */
export function Suggestion({ item, color, large = false }: SuggestionProps) {
  const { suggested_label: label, confidence, reason } = item;
  return (
    <div className={cn("grid gap-1", large ? "text-sm" : "text-xs")}>
      {label === null ? (
        <p className={cn("text-foreground", large && "text-lg font-semibold tracking-tight")}>No suggestion yet</p>
      ) : (
        <p className={cn("flex items-baseline justify-between gap-3", large && "text-lg font-semibold tracking-tight")}>
          <ClassLabel label={label} color={color(label)} className="text-foreground" />
          {confidence !== null && <span className="tabular-nums">{formatPercent(confidence)}</span>}
        </p>
      )}
      <p className="text-muted-foreground">{REASONS[reason]}</p>
    </div>
  );
}
