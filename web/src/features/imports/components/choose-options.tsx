"use client";
import { useState } from "react";
import { useInsights } from "@/api/insights";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import { classOrder } from "@/lib/class-colors";
import { formatBytes } from "@/lib/format";
import { type ImportOptions, isArchive, type SplitMode } from "../api/create-import";
import { type ImportSource, sourceBytes, sourceTitle } from "../import-upload";

const SPLITS: readonly { value: SplitMode; label: string; hint: string }[] = [
  {
    value: "auto",
    label: "All three splits",
    hint: "as the source says, or shared out; near-duplicates stay together",
  },
  { value: "train", label: "Training", hint: "to learn from" },
  { value: "test", label: "Test", hint: "to judge versions by" },
];

interface ChooseOptionsProps {
  source: ImportSource;
  onStart: (options: ImportOptions) => void;
  onBack: () => void;
}

/** How the chosen images come in. */
export function ChooseOptions({ source, onStart, onBack }: ChooseOptionsProps) {
  const [split, setSplit] = useState<SplitMode>("auto");
  const [unlabeled, setUnlabeled] = useState(false);
  const [label, setLabel] = useState("");
  const classes = classOrder(Object.keys(useInsights().data?.class_distribution ?? {}));
  const loose = source.kind === "files" && !source.files.every(isArchive);
  const labelled = loose ? label.trim() !== "" : !unlabeled;
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        onStart({ split: labelled ? split : "auto", label: label.trim(), unlabeled });
      }}
    >
      <p className="text-sm">
        <span className="font-medium break-words">{sourceTitle(source)}</span>
        <span className="text-muted-foreground">
          {source.kind === "named" ? ", fetched by the server" : `, ${formatBytes(sourceBytes(source))}`}
        </span>
      </p>
      {loose && (
        <Field
          label="Class of these pictures"
          htmlFor="import-label"
          hint="Left empty, they come in without a class and can be given one later."
        >
          <Input
            id="import-label"
            aria-describedby="import-label-hint"
            list="import-classes"
            autoComplete="off"
            maxLength={100}
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
          <datalist id="import-classes">
            {classes.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </Field>
      )}
      {source.kind === "named" && (
        <Switch label="Take the pictures without their classes" checked={unlabeled} onChange={setUnlabeled} />
      )}
      {labelled && <Choice label="They go to" value={split} onChange={setSplit} options={SPLITS} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary">
          Start the import
        </Button>
        <Button variant="ghost" onClick={onBack}>
          Choose something else
        </Button>
      </div>
    </form>
  );
}
