"use client";
import type { Mistake } from "@/api/types";
import { useClassColor } from "@/hooks/use-class-color";
import { useClassPicker } from "@/images/labels/class-picker";
import type { Settle } from "@/images/labels/use-settle";
import { type TriageAction, TriageGrid } from "@/images/triage-grid";
import { MistakeFigure } from "./mistake-figure";

interface MistakeGridProps {
  items: readonly Mistake[];
  settle: Settle;
  overlay: (id: number) => string | null;
}

/** Images that were answered wrong: take the answer for their class, give them another, or leave them out. */
export function MistakeGrid({ items, settle, overlay }: MistakeGridProps) {
  const color = useClassColor();
  const { ask, picker } = useClassPicker((ids, label) => settle({ ids: [...ids], label }));
  const actionsOf = ({ image_id, predicted, current_label, excluded }: Mistake): TriageAction[] => {
    const ids = [image_id];
    const accept = () => settle({ ids, label: predicted, reason: "The model's answer was right" });
    const exclude = () => settle({ ids, excluded: !excluded, reason: "A test picture that was answered wrong" });
    return [
      {
        key: "a",
        label: `It is ${predicted}`,
        className: "col-span-2",
        hidden: predicted === current_label,
        run: accept,
      },
      { key: "l", label: "Relabel", run: () => ask(ids) },
      { key: "e", label: excluded ? "Include" : "Exclude", run: exclude },
    ];
  };
  return (
    <>
      <TriageGrid
        label="Test pictures"
        items={items}
        idOf={({ image_id }) => image_id}
        actionsOf={actionsOf}
        data-testid="mistakes"
      >
        {(item, open) => (
          <MistakeFigure
            item={item}
            color={color}
            overlay={overlay(item.image_id)}
            onOpen={() => open(item.image_id)}
          />
        )}
      </TriageGrid>
      {picker}
    </>
  );
}
