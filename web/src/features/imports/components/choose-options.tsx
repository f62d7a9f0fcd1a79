"use client";
import { useInsights } from "@/api/insights";
import type { SplitMode } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import { classOrder } from "@/lib/class-colors";
import { formatBytes, plural } from "@/lib/format";
import type { ImportOptions } from "../api/create-import";
import { sourceBytes, sourceTitle } from "../import-upload";
import { type ImportSource, isArchive, MOST_LOOSE, tooMany } from "../selection";
import { FolderClasses } from "./folder-classes";
import { GroupChoice } from "./group-choice";

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
  options: ImportOptions;
  /** What the server said of the expression that names the groups. */
  groupProblem: string | null;
  onChange: (part: Partial<ImportOptions>) => void;
  onStart: (options: ImportOptions) => void;
  onBack: () => void;
}

/** How the chosen images come in. */
export function ChooseOptions({ source, options, groupProblem, onChange, onStart, onBack }: ChooseOptionsProps) {
  const { split, unlabeled, label, groupBy } = options;
  const classes = classOrder(Object.keys(useInsights().data?.class_distribution ?? {}));
  const folders = source.kind === "folder" && options.folders;
  const loose = !folders && source.kind !== "named" && !source.files.every(isArchive);
  const problem = loose && source.files.length > MOST_LOOSE ? tooMany(source.files.length) : null;
  const labelled = loose ? label.trim() !== "" : !unlabeled;
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        onStart({ ...options, split: labelled ? split : "auto", label: loose ? label.trim() : "", folders });
      }}
    >
      <p className="text-sm">
        <span className="font-medium break-words">{sourceTitle(source)}</span>
        <span className="text-muted-foreground">
          {source.kind === "named" ? ", fetched by the server" : `, ${formatBytes(sourceBytes(source))}`}
        </span>
      </p>
      {source.kind !== "named" && source.leftOut > 0 && (
        <p className="text-sm text-muted-foreground">
          {plural(source.leftOut, "file")} that {source.leftOut === 1 ? "is no picture is" : "are no pictures are"} left
          out.
        </p>
      )}
      {source.kind === "folder" && (
        <>
          <Switch
            label="Its folders are the classes"
            checked={options.folders}
            onChange={(folders) => onChange({ folders })}
          />
          {options.folders && <FolderClasses files={source.files} />}
        </>
      )}
      {problem && (
        <p role="alert" className="text-sm text-negative">
          {problem}
        </p>
      )}
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
            onChange={(event) => onChange({ label: event.target.value })}
          />
          <datalist id="import-classes">
            {classes.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </Field>
      )}
      {!loose && !folders && (
        <Switch
          label="Take the pictures without their classes"
          checked={unlabeled}
          onChange={(unlabeled) => onChange({ unlabeled })}
        />
      )}
      {labelled && (
        <Choice label="They go to" value={split} onChange={(split) => onChange({ split })} options={SPLITS} />
      )}
      <GroupChoice groupBy={groupBy} onChange={(groupBy) => onChange({ groupBy })} problem={groupProblem} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={problem !== null || groupBy.trim() === ""}>
          Start the import
        </Button>
        <Button variant="ghost" onClick={onBack}>
          Choose something else
        </Button>
      </div>
    </form>
  );
}
