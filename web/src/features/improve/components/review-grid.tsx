"use client";
import type { ReviewItem } from "@/api/types";
import { Button } from "@/components/ui/button";
import { useClassColor } from "@/hooks/use-class-color";
import { ImageFigure } from "@/images/tiles/image-figure";
import { TriageGrid } from "@/images/triage-grid";
import { plural } from "@/lib/format";
import { acceptAll } from "../review-words";
import { ClassKeys } from "./class-keys";
import { type Reviewing, reviewActions } from "./review-actions";
import { Suggestion } from "./suggestion";

/** Many images at once, decided one by one or all as they are suggested. */
export function ReviewGrid({ items, reviewing }: { items: readonly ReviewItem[]; reviewing: Reviewing }) {
  const color = useClassColor();
  const accepted = acceptAll(items);
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <ClassKeys classes={reviewing.classes} color={color} />
        {accepted.length > 0 && (
          <Button size="sm" onClick={() => reviewing.decide(accepted)}>
            Accept {accepted.length === items.length ? "all" : "the"} {plural(accepted.length, "suggestion")}
          </Button>
        )}
      </div>
      <TriageGrid
        label="Pictures that wait"
        items={items}
        idOf={({ image_id }) => image_id}
        actionsOf={(item) => reviewActions(item, reviewing)}
        data-testid="review-grid"
      >
        {(item, open) => (
          <ImageFigure name={`Open picture ${item.image_id}`} address={item.thumb} onOpen={() => open(item.image_id)}>
            <Suggestion item={item} color={color} />
          </ImageFigure>
        )}
      </TriageGrid>
    </div>
  );
}
