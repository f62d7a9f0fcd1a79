"use client";
import { useState } from "react";
import type { IssueKind, Split } from "@/api/types";
import { useClassColor } from "@/hooks/use-class-color";
import { ISSUE_KINDS } from "@/images/issue-kinds";
import type { Settle } from "@/images/labels/use-settle";
import { LabelledFigure } from "@/images/tiles/labelled-figure";
import { type TriageAction, TriageGrid } from "@/images/triage-grid";
import { cn } from "@/lib/class-names";
import { formatBytes } from "@/lib/format";
import { bestOf, type Group } from "../groups";

const MOVES: readonly [key: string, Split, words: string][] = [
  ["r", "train", "training"],
  ["v", "validation", "validation"],
  ["t", "test", "test"],
];
/** As many as have a key to choose them by. */
const MOST_KEYS = 9;

interface GroupGridProps {
  kind: IssueKind;
  groups: readonly Group[];
  settle: Settle;
}

/** Near-duplicates side by side: keep one of them, or all; bring a leak into one split. */
export function GroupGrid({ kind, groups, settle }: GroupGridProps) {
  const color = useClassColor();
  const { title } = ISSUE_KINDS[kind];
  const [chosen, setChosen] = useState<Readonly<Record<number, number>>>({});
  const choose = (group: Group, id: number) => setChosen((before) => ({ ...before, [group.id]: id }));
  const stays = (group: Group) => group.images.find(({ id }) => id === chosen[group.id]) ?? bestOf(group.images);
  const imagesOf = (group: Group) => {
    const first = stays(group)?.id ?? group.id;
    return [first, ...group.images.map(({ id }) => id).filter((id) => id !== first)];
  };
  const actionsOf = (group: Group): TriageAction[] => {
    const ids = group.images.map(({ id }) => id);
    const others = imagesOf(group).slice(1);
    return [
      {
        key: "e",
        label: others.length === 1 ? "Exclude the other" : "Exclude the others",
        run: () => settle({ ids: others, excluded: true, reason: title }, ids),
      },
      { key: "k", label: "Keep all", run: () => settle({ ids, keep: [kind] }) },
      ...(kind === "leak" ? MOVES : []).map(([key, split, words]) => ({
        key,
        label: `All to ${words}`,
        run: () => settle({ ids, split, whole_groups: true, reason: "Brought near-duplicates into one split" }),
      })),
      ...ids.slice(0, MOST_KEYS).map((id, at) => ({
        key: `${at + 1}`,
        label: "Keep this one",
        hidden: true,
        run: () => choose(group, id),
      })),
    ];
  };
  return (
    <TriageGrid
      label={title}
      layout="groups"
      items={groups}
      idOf={({ id }) => id}
      imagesOf={imagesOf}
      actionsOf={actionsOf}
      data-testid="group-list"
    >
      {(group, open) => (
        <ol className="flex gap-3 overflow-x-auto p-1">
          {group.images.map((image) => {
            const first = image === stays(group);
            return (
              <li key={image.id} className={cn("w-36 shrink-0", !first && "[&_img]:opacity-60")}>
                <LabelledFigure
                  image={image}
                  color={color}
                  onOpen={open}
                  note={`${image.split ?? "no split"} · ${image.width} × ${image.height} · ${formatBytes(image.size_bytes)}`}
                />
                <button
                  type="button"
                  aria-pressed={first}
                  className="mt-1.5 w-full rounded-md border py-1 text-xs text-muted-foreground hover:bg-muted aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
                  onClick={() => choose(group, image.id)}
                >
                  {first ? "Stays" : "Keep this one"}
                  <span className="sr-only"> {image.original_name}</span>
                </button>
              </li>
            );
          })}
        </ol>
      )}
    </TriageGrid>
  );
}
