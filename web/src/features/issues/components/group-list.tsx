"use client";
import { useState } from "react";
import type { ImageItem, IssueKind, Split } from "@/api/types";
import { KeyButton } from "@/components/ui/key-button";
import { useClassColor } from "@/hooks/use-class-color";
import { ImageFigure } from "@/images/image-figure";
import { ISSUE_KINDS } from "@/images/issue-kinds";
import type { Settle } from "@/images/use-settle";
import { useTriage } from "@/images/use-triage";
import { cn } from "@/lib/class-names";
import { formatBytes } from "@/lib/format";
import { bestOf, type Group } from "../groups";

const SPLITS: readonly [string, Split, string][] = [
  ["R", "train", "training"],
  ["V", "validation", "validation"],
  ["T", "test", "test"],
];

interface GroupListProps {
  kind: IssueKind;
  groups: readonly Group[];
  settle: Settle;
  onOpen: (id: number) => void;
}

/** Near-duplicates side by side: keep one of them, or all; bring a leak into one split. */
export function GroupList({ kind, groups, settle, onOpen }: GroupListProps) {
  const color = useClassColor();
  const [chosen, setChosen] = useState<Readonly<Record<number, number>>>({});
  const choose = (group: Group, image: ImageItem | undefined) =>
    image && setChosen((before) => ({ ...before, [group.id]: image.id }));
  const stays = (group: Group) => group.images.find(({ id }) => id === chosen[group.id]) ?? bestOf(group.images);
  const idsOf = (group: Group) => group.images.map(({ id }) => id);
  const excludeOthers = (group: Group) => {
    const ids = idsOf(group).filter((id) => id !== stays(group)?.id);
    settle({ ids, excluded: true, reason: ISSUE_KINDS[kind].title }, idsOf(group));
  };
  const keepAll = (group: Group) => settle({ ids: idsOf(group), keep: [kind] });
  const move = (split: Split) => (group: Group) =>
    settle({ ids: idsOf(group), split, reason: "Brought near-duplicates into one split" });
  const moves = kind === "leak" ? SPLITS : [];
  const { list, itemProps } = useTriage(
    groups,
    ({ id }) => id,
    {
      e: excludeOthers,
      k: keepAll,
      ...Object.fromEntries(moves.map(([key, split]) => [key.toLowerCase(), move(split)])),
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, n) => [`${n + 1}`, (group: Group) => choose(group, group.images[n])]),
      ),
    },
    (group) => onOpen(stays(group)?.id ?? group.id),
  );
  return (
    <ul ref={list} aria-label={ISSUE_KINDS[kind].title} data-testid="group-list" className="grid gap-3 xl:grid-cols-2">
      {groups.map((group, index) => (
        <li
          key={group.id}
          {...itemProps(index)}
          className="grid gap-3 rounded-lg border bg-surface p-3 [contain-intrinsic-size:auto_16rem] [content-visibility:auto] aria-[current]:border-accent"
        >
          <ol className="flex gap-3 overflow-x-auto p-1">
            {group.images.map((image) => {
              const first = image === stays(group);
              return (
                <li key={image.id} className={cn("w-36 shrink-0", !first && "[&_img]:opacity-60")}>
                  <ImageFigure
                    image={image}
                    color={color}
                    onOpen={onOpen}
                    note={`${image.split ?? "no split"} · ${image.width} × ${image.height} · ${formatBytes(image.size_bytes)}`}
                  />
                  <button
                    type="button"
                    aria-pressed={first}
                    className="mt-1.5 w-full rounded-md border py-1 text-xs text-muted-foreground hover:bg-muted aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
                    onClick={() => choose(group, image)}
                  >
                    {first ? "Stays" : "Keep this one"}
                    <span className="sr-only"> {image.original_name}</span>
                  </button>
                </li>
              );
            })}
          </ol>
          <div className="flex flex-wrap gap-2">
            <KeyButton shortcut="E" onClick={() => excludeOthers(group)}>
              {group.images.length === 2 ? "Exclude the other" : "Exclude the others"}
            </KeyButton>
            <KeyButton shortcut="K" onClick={() => keepAll(group)}>
              Keep all
            </KeyButton>
            {moves.map(([key, split, words]) => (
              <KeyButton key={key} shortcut={key} onClick={() => move(split)(group)}>
                All to {words}
              </KeyButton>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
