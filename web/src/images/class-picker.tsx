"use client";
import { Plus, Tag } from "lucide-react";
import { useInsights } from "@/api/insights";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { Finder } from "@/components/ui/finder";
import { useClassColor } from "@/hooks/use-class-color";
import { plural } from "@/lib/format";
import { classChoices } from "./class-choices";

interface ClassPickerProps {
  /** How many images get the class; 0 when closed. */
  count: number;
  onClose: () => void;
  onChoose: (label: string) => void;
}

/** Chooses a class by its first letters, or names a new one. */
export function ClassPicker({ count, onClose, onChoose }: ClassPickerProps) {
  const counts = useInsights().data?.class_distribution ?? {};
  const color = useClassColor();
  const find = (text: string) =>
    classChoices(counts, text).map(({ label, isNew }) => ({
      id: label,
      name: label,
      label: isNew ? `New class “${label}”` : label,
      hint: isNew ? undefined : plural(counts[label] ?? 0, "picture"),
      sign: isNew ? (
        <Plus aria-hidden="true" />
      ) : (
        <span className="size-2.5 shrink-0 rounded-full" style={{ background: color(label) }} />
      ),
    }));
  return (
    <Dialog open={count > 0} onOpenChange={onClose}>
      <DialogContent placement="top" closable={false} aria-describedby={undefined}>
        <DialogTitle className="sr-only">Relabel {plural(count, "picture")}</DialogTitle>
        <Finder
          label={`Class of ${plural(count, "picture")}`}
          sign={<Tag aria-hidden="true" />}
          none="Type the name of the first class."
          find={find}
          onChoose={({ name }) => {
            onClose();
            onChoose(name);
          }}
        />
      </DialogContent>
    </Dialog>
  );
}
