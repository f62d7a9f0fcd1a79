"use client";
import { useEffect } from "react";
import type { ReviewItem } from "@/api/types";
import { KeyButton } from "@/components/ui/key-button";
import { useClassColor } from "@/hooks/use-class-color";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { ImageFrame } from "@/images/tiles/image-frame";
import { Thumbnail } from "@/images/tiles/thumbnail";
import { ClassKeys } from "./class-keys";
import { type Reviewing, reviewActions } from "./review-actions";
import { Suggestion } from "./suggestion";

const AHEAD = 6;

/** One image, large, with what the model says of it; the next ones are in sight. */
export function OneImage({ items, reviewing }: { items: readonly ReviewItem[]; reviewing: Reviewing }) {
  const color = useClassColor();
  const [item, ...others] = items;
  const actions = item ? reviewActions(item, reviewing) : [];
  useHotkeys(Object.fromEntries(actions.map(({ key, disabled, run }) => [key, () => !disabled && run()])));
  const next = others[0]?.file;
  useEffect(() => {
    // It is in the browser's cache when its turn comes.
    if (next) new Image().src = next;
  }, [next]);
  if (!item) return null;
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_18rem]" data-testid="review-one">
      <ImageFrame
        key={item.image_id}
        address={item.file}
        alt={`Picture ${item.image_id}`}
        className="h-[38dvh] lg:h-[min(60dvh,36rem)] w-full rounded-xl border"
      />
      <div className="grid content-start gap-5">
        <Suggestion item={item} color={color} large />
        <div className="grid grid-cols-2 gap-2">
          {actions.map(
            ({ key, label, hidden, run, ...button }) =>
              !hidden && (
                <KeyButton
                  key={key}
                  shortcut={key.toUpperCase()}
                  variant={key === "a" ? "primary" : "outline"}
                  onClick={run}
                  {...button}
                >
                  <span className="truncate">{label}</span>
                </KeyButton>
              ),
          )}
        </div>
        <ClassKeys
          classes={reviewing.classes}
          color={color}
          onChoose={(label) => reviewing.decide([{ image_id: item.image_id, action: "label", label }])}
        />
        {others.length > 0 && (
          <ul aria-label="Next pictures" className="grid grid-cols-6 gap-1.5">
            {others.slice(0, AHEAD).map(({ image_id, thumb }) => (
              <li key={image_id}>
                <Thumbnail address={thumb} alt={`Picture ${image_id}`} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
