"use client";
import { useState } from "react";
import { useInsights } from "@/api/insights";
import type { WorthLabelling } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { KeyButton } from "@/components/ui/key-button";
import { useClassColor } from "@/hooks/use-class-color";
import { ClassPicker } from "@/images/class-picker";
import { ImageFigure } from "@/images/image-figure";
import type { Settle } from "@/images/use-settle";
import { useTriage } from "@/images/use-triage";
import { classOrder } from "@/lib/class-colors";

/** As many classes as there are keys for them. */
const MOST_KEYS = 9;
/** As many as have a button on each image. */
const MOST_BUTTONS = 3;

interface LabelGridProps {
  items: readonly WorthLabelling[];
  settle: Settle;
  onOpen: (id: number) => void;
}

/** Images without a class: a digit gives the class of that number, and the next image comes by itself. */
export function LabelGrid({ items, settle, onOpen }: LabelGridProps) {
  const color = useClassColor();
  const [choosing, setChoosing] = useState<number | null>(null);
  const classes = classOrder(Object.keys(useInsights().data?.class_distribution ?? {})).slice(0, MOST_KEYS);
  const give = (id: number, label: string) => settle({ ids: [id], label });
  const exclude = ({ image }: WorthLabelling) => settle({ ids: [image.id], excluded: true });
  const { list, itemProps } = useTriage(
    items,
    ({ image }) => image.id,
    {
      ...Object.fromEntries(
        classes.map((label, at) => [`${at + 1}`, ({ image }: WorthLabelling) => give(image.id, label)]),
      ),
      l: ({ image }) => setChoosing(image.id),
      e: exclude,
    },
    ({ image }) => onOpen(image.id),
  );
  return (
    <>
      <ul className="mb-4 flex flex-wrap gap-x-5 gap-y-2 text-sm" aria-label="Keys">
        {classes.map((label, at) => (
          <li key={label} className="flex items-center gap-2">
            <kbd className="rounded border bg-muted px-1.5 font-mono text-xs">{at + 1}</kbd>
            <ClassLabel label={label} color={color(label)} />
          </li>
        ))}
        <li className="flex items-center gap-2 text-muted-foreground">
          <kbd className="rounded border bg-muted px-1.5 font-mono text-xs">L</kbd> another class
        </li>
      </ul>
      <ul
        ref={list}
        aria-label="Pictures most worth labelling"
        data-testid="label-grid"
        className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-3"
      >
        {items.map((item, index) => (
          <li
            key={item.image.id}
            {...itemProps(index)}
            className="flex flex-col justify-between gap-2 rounded-lg border bg-surface p-2 [contain-intrinsic-size:auto_18rem] [content-visibility:auto] aria-[current]:border-accent"
          >
            <ImageFigure image={item.image} color={color} onOpen={onOpen} note={item.reason} />
            <div className="grid grid-cols-2 gap-1.5">
              {classes.length <= MOST_BUTTONS &&
                classes.map((label, at) => (
                  <KeyButton
                    key={label}
                    shortcut={String(at + 1)}
                    className="min-w-0 px-1"
                    onClick={() => give(item.image.id, label)}
                  >
                    <span className="truncate">{label}</span>
                  </KeyButton>
                ))}
              <KeyButton shortcut="L" className="px-1" onClick={() => setChoosing(item.image.id)}>
                Label
              </KeyButton>
              <KeyButton shortcut="E" variant="ghost" className="px-1" onClick={() => exclude(item)}>
                Exclude
              </KeyButton>
            </div>
          </li>
        ))}
      </ul>
      <ClassPicker
        count={choosing === null ? 0 : 1}
        onClose={() => setChoosing(null)}
        onChoose={(label) => choosing !== null && give(choosing, label)}
      />
    </>
  );
}
