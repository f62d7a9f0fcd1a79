"use client";
import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from "react";
import type { Button } from "@/components/ui/button";
import { KeyButton } from "@/components/ui/key-button";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { cn } from "@/lib/class-names";
import { ImageDialog } from "./dialog/image-dialog";

/** What can be done with an item of a list, by its key and, unless it is `hidden`, by a button. */
export interface TriageAction extends Pick<ComponentProps<typeof Button>, "variant" | "disabled" | "className"> {
  key: string;
  label: string;
  /** What screen readers say where the label alone says too little. */
  name?: string;
  hidden?: boolean;
  run: () => void;
}

/** How the items stand: as cards, beside their buttons, or as groups of images. */
const LAYOUTS = {
  cards: {
    list: "grid-cols-[repeat(auto-fill,minmax(10rem,1fr))]",
    item: "flex flex-col justify-between gap-2 p-2 [contain-intrinsic-size:auto_18rem]",
    actions: "grid grid-cols-2 gap-1.5",
  },
  rows: {
    list: "sm:grid-cols-2 xl:grid-cols-3",
    item: "grid grid-cols-[8rem_1fr] gap-x-4 gap-y-3 p-3 [contain-intrinsic-size:auto_12rem]",
    actions: "grid content-end gap-1.5",
  },
  groups: {
    list: "xl:grid-cols-2",
    item: "grid gap-3 p-3 [contain-intrinsic-size:auto_16rem]",
    actions: "flex flex-wrap gap-2",
  },
};

interface TriageGridProps<T> {
  label: string;
  layout?: keyof typeof LAYOUTS;
  items: readonly T[];
  idOf: (item: T) => number;
  /** The images of an item, the one that Enter opens first; left out where an item is one image. */
  imagesOf?: (item: T) => readonly number[];
  actionsOf: (item: T) => readonly TriageAction[];
  /** What stands above, or beside, the buttons of an item; `open` shows an image large. */
  children: (item: T, open: (id: number) => void) => ReactNode;
  "data-testid": string;
}

/** A list that is worked through by keys: arrows move, the other keys act, and the next item comes by itself. */
export function TriageGrid<T>(props: TriageGridProps<T>) {
  const { label, layout = "cards", items, idOf, imagesOf = (item: T) => [idOf(item)], actionsOf } = props;
  const list = useRef<HTMLUListElement>(null);
  const [index, setIndex] = useState(0);
  const [opened, open] = useState<number | null>(null);
  const byKey = useRef(false);
  const at = Math.max(0, Math.min(index, items.length - 1));
  const current = items[at];
  const classes = LAYOUTS[layout];

  const move = (step: number) => () => {
    byKey.current = true;
    setIndex(Math.max(0, Math.min(at + step, items.length - 1)));
  };
  const moveRow = (rows: number) => () => {
    const style = list.current && getComputedStyle(list.current);
    move(rows * (style?.gridTemplateColumns.split(" ").length ?? 1))();
  };
  const act = ({ key, disabled, run }: TriageAction) => {
    const onKey = () => {
      byKey.current = true;
      if (!disabled) run();
    };
    return [key, onKey] as const;
  };
  useHotkeys({
    ArrowRight: move(1),
    ArrowLeft: move(-1),
    ArrowDown: moveRow(1),
    ArrowUp: moveRow(-1),
    ...(current !== undefined && Object.fromEntries(actionsOf(current).map(act))),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another item in this place is what moves the focus
  useEffect(() => {
    const item = list.current?.children[at];
    if (byKey.current && item instanceof HTMLElement && !item.contains(document.activeElement)) item.focus();
  }, [at, current && idOf(current)]);

  return (
    <>
      <ul ref={list} aria-label={label} data-testid={props["data-testid"]} className={cn("grid gap-3", classes.list)}>
        {items.map((item, place) => (
          <li
            key={idOf(item)}
            tabIndex={place === at ? 0 : -1}
            aria-current={place === at ? "true" : undefined}
            className={cn(
              "rounded-lg border bg-surface [content-visibility:auto] aria-[current]:border-accent",
              classes.item,
            )}
            onFocus={() => {
              byKey.current = true;
              setIndex(place);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && event.target === event.currentTarget) open(imagesOf(item)[0] ?? null);
            }}
          >
            {props.children(item, open)}
            <div className={classes.actions}>
              {actionsOf(item).map(
                ({ key, label: words, name, hidden, run, className, ...button }) =>
                  !hidden && (
                    <KeyButton
                      key={key}
                      shortcut={key.toUpperCase()}
                      aria-label={name}
                      className={cn("min-w-0 px-2", className)}
                      onClick={run}
                      {...button}
                    >
                      <span className="truncate">{words}</span>
                    </KeyButton>
                  ),
              )}
            </div>
          </li>
        ))}
      </ul>
      <ImageDialog id={opened} ids={items.flatMap(imagesOf)} onOpen={open} />
    </>
  );
}
