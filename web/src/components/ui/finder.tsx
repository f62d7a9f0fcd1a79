"use client";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { cn } from "@/lib/class-names";

export interface Found {
  id: string;
  label: string;
  hint?: string;
  /** Those of one group stand together, under its name. */
  group?: string;
  sign: ReactNode;
}

interface FinderProps<T extends Found> {
  label: string;
  /** What stands before the field. */
  sign: ReactNode;
  none: string;
  find: (text: string) => readonly T[];
  onChoose: (found: T) => void;
}

/** A field and a list below it that follows what is typed; arrows and Enter choose. */
export function Finder<T extends Found>({ label, sign, none, find, onChoose }: FinderProps<T>) {
  const id = useId();
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const found = find(text);
  const chosen = found[Math.min(index, found.length - 1)];
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = (index + step + found.length) % Math.max(1, found.length);
      setIndex(next);
      document.getElementById(`${id}-${found[next]?.id}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      if (chosen) onChoose(chosen);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex items-center gap-3 border-b px-4 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground">
        {sign}
        <input
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen && `${id}-${chosen.id}`}
          placeholder={label}
          className="h-12 w-full bg-transparent text-sm outline-none placeholder:text-muted-foreground"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="Found" tabIndex={-1} className="min-h-0 overflow-y-auto p-2">
        {found.length === 0 && <p className="px-3 py-6 text-center text-sm text-muted-foreground">{none}</p>}
        {found.map((one, at) => (
          <div key={one.id} role="presentation">
            {one.group && one.group !== found[at - 1]?.group && (
              <p className="small-caps px-3 pt-3 pb-1 first:pt-1" aria-hidden="true">
                {one.group}
              </p>
            )}
            <div
              id={`${id}-${one.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === chosen}
              className={cn(
                "flex cursor-pointer items-center gap-3 rounded-md px-3 py-2 text-sm [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground",
                one === chosen && "bg-muted",
              )}
              onClick={() => onChoose(one)}
              onKeyDown={onKeyDown}
              onPointerMove={() => setIndex(at)}
            >
              {one.sign}
              <span className="truncate">{one.label}</span>
              <span className="ml-auto shrink-0 text-xs text-muted-foreground">{one.hint}</span>
            </div>
          </div>
        ))}
      </div>
    </>
  );
}
