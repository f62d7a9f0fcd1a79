"use client";
import { Command } from "cmdk";
import { type ReactNode, useState } from "react";

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
  const [text, setText] = useState("");
  const found = find(text);
  const groups = [...new Set(found.map(({ group }) => group))];
  return (
    <Command
      label={label}
      shouldFilter={false}
      loop
      vimBindings={false}
      className="flex min-h-0 flex-col [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground"
    >
      <div className="flex items-center gap-3 border-b px-4">
        {sign}
        <Command.Input
          placeholder={label}
          className="h-12 w-full bg-transparent text-sm outline-none placeholder:text-muted-foreground"
          value={text}
          onValueChange={setText}
        />
      </div>
      <Command.List label="Found" className="min-h-0 overflow-y-auto p-2">
        <Command.Empty className="px-3 py-6 text-center text-sm text-muted-foreground">{none}</Command.Empty>
        {groups.map((name) => (
          <Command.Group
            key={name}
            heading={name}
            className="[&_[cmdk-group-heading]]:small-caps [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 first:[&_[cmdk-group-heading]]:pt-1"
          >
            {found
              .filter(({ group }) => group === name)
              .map((one) => (
                <Command.Item
                  key={one.id}
                  value={one.id}
                  className="flex cursor-pointer items-center gap-3 rounded-md px-3 py-2 text-sm aria-selected:bg-muted"
                  onSelect={() => onChoose(one)}
                >
                  {one.sign}
                  <span className="truncate">{one.label}</span>
                  <span className="ml-auto shrink-0 text-xs text-muted-foreground">{one.hint}</span>
                </Command.Item>
              ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
