"use client";
import { useState } from "react";
import type { Mistake } from "@/api/types";
import { KeyButton } from "@/components/ui/key-button";
import { useClassColor } from "@/hooks/use-class-color";
import { ClassPicker } from "@/images/class-picker";
import type { Settle } from "@/images/use-settle";
import { useTriage } from "@/images/use-triage";
import { MistakeFigure } from "./mistake-figure";

interface MistakeGridProps {
  items: readonly Mistake[];
  settle: Settle;
  overlay: (id: number) => string | null;
  onOpen: (id: number) => void;
}

/** Images that were answered wrong: take the answer for their class, give them another, or leave them out. */
export function MistakeGrid({ items, settle, overlay, onOpen }: MistakeGridProps) {
  const color = useClassColor();
  const [relabelling, setRelabelling] = useState<number | null>(null);
  const accept = ({ image_id, predicted, current_label }: Mistake) => {
    if (predicted !== current_label)
      settle({ ids: [image_id], label: predicted, reason: "The model's answer was right" });
  };
  const exclude = ({ image_id, excluded }: Mistake) =>
    settle({ ids: [image_id], excluded: !excluded, reason: "A test picture that was answered wrong" });
  const relabel = ({ image_id }: Mistake) => setRelabelling(image_id);
  const { list, itemProps } = useTriage(
    items,
    ({ image_id }) => image_id,
    { a: accept, l: relabel, e: exclude },
    ({ image_id }) => onOpen(image_id),
  );
  return (
    <>
      <ul
        ref={list}
        aria-label="Test pictures"
        data-testid="mistakes"
        className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-3"
      >
        {items.map((item, index) => (
          <li
            key={item.image_id}
            {...itemProps(index)}
            className="flex flex-col justify-between gap-2 rounded-lg border bg-surface p-2 [contain-intrinsic-size:auto_18rem] [content-visibility:auto] aria-[current]:border-accent"
          >
            <MistakeFigure item={item} color={color} overlay={overlay(item.image_id)} onOpen={onOpen} tabIndex={-1} />
            <div className="grid grid-cols-2 gap-1.5">
              {item.predicted !== item.current_label && (
                <KeyButton shortcut="A" className="col-span-2 min-w-0 px-1" onClick={() => accept(item)}>
                  <span className="truncate">It is {item.predicted}</span>
                </KeyButton>
              )}
              <KeyButton shortcut="L" className="px-1" onClick={() => relabel(item)}>
                Relabel
              </KeyButton>
              <KeyButton shortcut="E" className="px-1" onClick={() => exclude(item)}>
                {item.excluded ? "Include" : "Exclude"}
              </KeyButton>
            </div>
          </li>
        ))}
      </ul>
      <ClassPicker
        count={relabelling === null ? 0 : 1}
        onClose={() => setRelabelling(null)}
        onChoose={(label) => relabelling !== null && settle({ ids: [relabelling], label })}
      />
    </>
  );
}
