"use client";
import { useInsights } from "@/api/insights";
import type { WorthLabelling } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { useClassColor } from "@/hooks/use-class-color";
import { useClassPicker } from "@/images/labels/class-picker";
import type { Settle } from "@/images/labels/use-settle";
import { LabelledFigure } from "@/images/tiles/labelled-figure";
import { type TriageAction, TriageGrid } from "@/images/triage-grid";
import { classOrder } from "@/lib/class-colors";

/** As many classes as there are keys for them. */
const MOST_KEYS = 9;
/** As many as have a button on each image. */
const MOST_BUTTONS = 3;

/** Images without a class: a digit gives the class of that number, and the next image comes by itself. */
export function LabelGrid({ items, settle }: { items: readonly WorthLabelling[]; settle: Settle }) {
  const color = useClassColor();
  const { ask, picker } = useClassPicker((ids, label) => settle({ ids: [...ids], label }));
  const classes = classOrder(Object.keys(useInsights().data?.class_distribution ?? {})).slice(0, MOST_KEYS);
  const actionsOf = ({ image }: WorthLabelling): TriageAction[] => {
    const ids = [image.id];
    return [
      ...classes.map((label, at) => ({
        key: `${at + 1}`,
        label,
        hidden: classes.length > MOST_BUTTONS,
        run: () => settle({ ids, label }),
      })),
      { key: "l", label: "Label", run: () => ask(ids) },
      { key: "e", label: "Exclude", variant: "ghost", run: () => settle({ ids, excluded: true }) },
    ];
  };
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
      <TriageGrid
        label="Pictures most worth labelling"
        items={items}
        idOf={({ image }) => image.id}
        actionsOf={actionsOf}
        data-testid="label-grid"
      >
        {({ image, reason }, open) => <LabelledFigure image={image} color={color} note={reason} onOpen={open} />}
      </TriageGrid>
      {picker}
    </>
  );
}
