"use client";
import { Plus, Tag } from "lucide-react";
import { useState } from "react";
import { useInsights } from "@/api/insights";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { Finder } from "@/components/ui/finder";
import { useClassColor } from "@/hooks/use-class-color";
import { plural } from "@/lib/format";
import { classChoices } from "./class-choices";

/** A class for some images, chosen by its first letters or named anew: `ask(ids)` opens the `picker`, which is drawn. */
export function useClassPicker(onChoose: (ids: readonly number[], label: string) => void) {
  const [ids, ask] = useState<readonly number[]>([]);
  const choose = (label: string) => {
    ask([]);
    onChoose(ids, label);
  };
  const picker = <ClassPicker count={ids.length} onClose={() => ask([])} onChoose={choose} />;
  return { ask, asking: ids.length > 0, picker };
}

interface ClassPickerProps {
  /** How many images get the class; 0 when closed. */
  count: number;
  onClose: () => void;
  onChoose: (label: string) => void;
}

function ClassPicker({ count, onClose, onChoose }: ClassPickerProps) {
  const counts = useInsights().data?.class_distribution ?? {};
  const color = useClassColor();
  const find = (text: string) =>
    classChoices(counts, text).map(({ label, isNew }) => ({
      id: label,
      label: isNew ? `New class “${label}”` : label,
      hint: isNew ? undefined : plural(counts[label] ?? 0, "picture"),
      sign: isNew ? <Plus /> : <span className="size-2.5 shrink-0 rounded-full" style={{ background: color(label) }} />,
    }));
  return (
    <Dialog open={count > 0} onOpenChange={onClose}>
      <DialogContent placement="top" closable={false} aria-describedby={undefined}>
        <DialogTitle className="sr-only">Relabel {plural(count, "picture")}</DialogTitle>
        <Finder
          label={`Class of ${plural(count, "picture")}`}
          sign={<Tag />}
          none="Type the name of the first class."
          find={find}
          onChoose={({ id }) => onChoose(id)}
        />
      </DialogContent>
    </Dialog>
  );
}
