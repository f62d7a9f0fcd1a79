"use client";
import { Search } from "lucide-react";
import { useInsights } from "@/api/insights";
import { useModels } from "@/api/models";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { Finder } from "@/components/ui/finder";
import { useStore } from "@/lib/store";
import { overlay } from "./shell-store";
import { type Command, useCommands } from "./use-commands";

const MOST_SHOWN = 40;

export function CommandPalette() {
  const open = useStore(overlay) === "palette";
  return (
    <Dialog open={open} onOpenChange={() => overlay.set(() => null)}>
      <DialogContent placement="top" closable={false} aria-describedby={undefined}>
        <DialogTitle className="sr-only">Find</DialogTitle>
        <Commands />
      </DialogContent>
    </Dialog>
  );
}

function matches(command: Command, words: readonly string[]): boolean {
  const text = `${command.label} ${command.group}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function Commands() {
  const commands = useCommands(useInsights().data, useModels().data?.items);
  const find = (text: string) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found = commands.filter((command) => matches(command, words)).slice(0, MOST_SHOWN);
    return found.map((command) => ({ ...command, sign: <command.icon aria-hidden="true" /> }));
  };
  return (
    <Finder
      label="Find pages, classes, models and actions"
      sign={<Search aria-hidden="true" />}
      none="Nothing has this name."
      find={find}
      onChoose={(command) => {
        overlay.set(() => null);
        command.run();
      }}
    />
  );
}
