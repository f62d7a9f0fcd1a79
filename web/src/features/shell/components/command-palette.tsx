"use client";
import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { useModels } from "@/features/models/api/list-models";
import { useInsights } from "@/features/workspace/api/get-insights";
import { cn } from "@/lib/class-names";
import { useStore } from "@/lib/store";
import { type Command, useCommands } from "../hooks/use-commands";
import { overlay } from "../shell-store";

const MOST_SHOWN = 40;

export function CommandPalette() {
  const open = useStore(overlay) === "palette";
  return (
    <Dialog open={open} onOpenChange={() => overlay.set(() => null)}>
      <DialogContent placement="top" closable={false} aria-describedby={undefined}>
        <DialogTitle className="sr-only">Find</DialogTitle>
        <Finder />
      </DialogContent>
    </Dialog>
  );
}

function matches(command: Command, words: readonly string[]): boolean {
  const text = `${command.label} ${command.group}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function Finder() {
  const id = useId();
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const commands = useCommands(useInsights().data, useModels().data?.items);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands.filter((command) => matches(command, words)).slice(0, MOST_SHOWN);
  const chosen = found[Math.min(index, found.length - 1)];

  const run = (command: Command | undefined) => {
    if (!command) return;
    overlay.set(() => null);
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = (index + step + found.length) % Math.max(1, found.length);
      setIndex(next);
      document.getElementById(`${id}-${found[next]?.id}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") run(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
        <input
          role="combobox"
          aria-label="Find pages, classes, models and actions"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen && `${id}-${chosen.id}`}
          placeholder="Find pages, classes, models and actions"
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
        {found.length === 0 && (
          <p className="px-3 py-6 text-center text-sm text-muted-foreground">Nothing has this name.</p>
        )}
        {found.map((command, at) => (
          <div key={command.id} role="presentation">
            {command.group !== found[at - 1]?.group && (
              <p className="small-caps px-3 pt-3 pb-1 first:pt-1" aria-hidden="true">
                {command.group}
              </p>
            )}
            <div
              id={`${id}-${command.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={command === chosen}
              className={cn(
                "flex cursor-pointer items-center gap-3 rounded-md px-3 py-2 text-sm",
                command === chosen && "bg-muted",
              )}
              onClick={() => run(command)}
              onKeyDown={onKeyDown}
              onPointerMove={() => setIndex(at)}
            >
              <command.icon className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
              <span className="truncate">{command.label}</span>
              <span className="ml-auto shrink-0 text-xs text-muted-foreground">{command.hint}</span>
            </div>
          </div>
        ))}
      </div>
    </>
  );
}
