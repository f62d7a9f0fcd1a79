"use client";
import type { IssueItem, IssueKind } from "@/api/types";
import { KeyButton } from "@/components/ui/key-button";
import { useClassColor } from "@/hooks/use-class-color";
import { ImageFigure } from "@/images/image-figure";
import { ISSUE_KINDS } from "@/images/issue-kinds";
import type { Settle } from "@/images/use-settle";
import { useTriage } from "@/images/use-triage";

interface IssueListProps {
  kind: IssueKind;
  items: readonly IssueItem[];
  settle: Settle;
  onOpen: (id: number) => void;
  kept?: boolean;
}

/** Images with an issue, worst first: exclude them, or keep them as they are. */
export function IssueGrid({ kind, items, settle, onOpen, kept = false }: IssueListProps) {
  const color = useClassColor();
  const exclude = ({ image }: IssueItem) =>
    settle({ ids: [image.id], excluded: true, reason: ISSUE_KINDS[kind].title });
  const keep = ({ image }: IssueItem) => settle({ ids: [image.id], [kept ? "reopen" : "keep"]: [kind] });
  const keepKey = kept ? "o" : "k";
  const { list, itemProps } = useTriage(
    items,
    ({ image }) => image.id,
    { e: exclude, [keepKey]: keep },
    ({ image }) => onOpen(image.id),
  );
  return (
    <ul
      ref={list}
      aria-label={ISSUE_KINDS[kind].title}
      data-testid="issue-grid"
      className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-3"
    >
      {items.map((item, index) => (
        <li
          key={item.image.id}
          {...itemProps(index)}
          className="rounded-lg border bg-surface p-2 [contain-intrinsic-size:auto_15rem] [content-visibility:auto] aria-[current]:border-accent"
        >
          <ImageFigure
            image={item.image}
            color={color}
            onOpen={onOpen}
            note={`score ${item.issue.score.toFixed(2)} of 1`}
          />
          <div className="mt-2 flex gap-1.5">
            <KeyButton shortcut="E" className="flex-1 px-1" onClick={() => exclude(item)}>
              Exclude
            </KeyButton>
            <KeyButton shortcut={keepKey.toUpperCase()} className="flex-1 px-1" onClick={() => keep(item)}>
              {kept ? "Reopen" : "Keep"}
            </KeyButton>
          </div>
        </li>
      ))}
    </ul>
  );
}
