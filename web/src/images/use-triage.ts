"use client";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useHotkeys } from "@/hooks/use-hotkeys";

interface Triage {
  list: RefObject<HTMLUListElement | null>;
  /** What each item of the list is given. */
  itemProps: (index: number) => {
    tabIndex: number;
    "aria-current": "true" | undefined;
    onFocus: () => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

/** A list that is worked through by keys: arrows move, the other keys act, and the next item comes by itself. */
export function useTriage<T>(
  items: readonly T[],
  keyOf: (item: T) => number,
  actions: Readonly<Record<string, (item: T) => void>>,
  onEnter: (item: T) => void,
): Triage {
  const list = useRef<HTMLUListElement>(null);
  const [index, setIndex] = useState(0);
  const byKey = useRef(false);
  const at = Math.max(0, Math.min(index, items.length - 1));
  const current = items[at];
  const key = current && keyOf(current);

  const move = (step: number) => () => {
    byKey.current = true;
    setIndex(Math.max(0, Math.min(at + step, items.length - 1)));
  };
  const moveRow = (rows: number) => () => {
    const style = list.current && getComputedStyle(list.current);
    move(rows * (style?.gridTemplateColumns.split(" ").length ?? 1))();
  };
  useHotkeys({
    ArrowRight: move(1),
    ArrowLeft: move(-1),
    ArrowDown: moveRow(1),
    ArrowUp: moveRow(-1),
    ...Object.fromEntries(
      Object.entries(actions).map(([name, act]) => [
        name,
        () => {
          byKey.current = true;
          if (current !== undefined) act(current);
        },
      ]),
    ),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another item in this place is what moves the focus
  useEffect(() => {
    const item = list.current?.children[at];
    if (byKey.current && item instanceof HTMLElement && !item.contains(document.activeElement)) item.focus();
  }, [at, key]);

  return {
    list,
    itemProps: (place) => ({
      tabIndex: place === at ? 0 : -1,
      "aria-current": place === at ? "true" : undefined,
      onFocus: () => {
        byKey.current = true;
        setIndex(place);
      },
      onKeyDown: (event) => {
        const item = items[place];
        if (event.key === "Enter" && event.target === event.currentTarget && item !== undefined) onEnter(item);
      },
    }),
  };
}
