import { type ComponentProps, useId } from "react";
import type { TrainOptions } from "@/api/types";
import { Field, Input } from "@/components/ui/field";

interface MoreChoicesProps {
  request: TrainOptions;
  backbones: readonly string[];
  /** The one that is taken when none is chosen. */
  usual: string | undefined;
  onChange: (part: Partial<TrainOptions>) => void;
}

/** What hardly anybody has to choose. */
export function MoreChoices({ request, backbones, usual, onChange }: MoreChoicesProps) {
  const list = useId();
  return (
    <details className="text-sm">
      <summary className="text-muted-foreground select-none hover:text-foreground">More choices</summary>
      <div className="mt-3 grid items-start gap-4 sm:grid-cols-3">
        {request.recipe !== "scratch" && (
          <Entry
            label="Backbone"
            hint="The network that knows photos: one of the list. Empty takes that of the version in service."
            placeholder={usual}
            list={list}
            autoComplete="off"
            maxLength={200}
            value={request.backbone ?? ""}
            onText={(backbone) => onChange({ backbone: backbone.trim() || null })}
          />
        )}
        {request.recipe !== "probe" && (
          <Entry
            label="Epochs"
            hint="Empty lets the recipe decide."
            type="number"
            min={1}
            max={1000}
            value={request.epochs ?? ""}
            onText={(epochs) => onChange({ epochs: epochs ? Number(epochs) : null })}
          />
        )}
        <Entry
          label="Seed"
          hint="The same seed gives the same version again."
          type="number"
          min={0}
          max={4294967295}
          value={request.seed}
          onText={(seed) => onChange({ seed: Number(seed) })}
        />
        <datalist id={list}>
          {backbones.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
    </details>
  );
}

interface EntryProps extends ComponentProps<"input"> {
  label: string;
  hint: string;
  onText: (text: string) => void;
}

function Entry({ label, hint, onText, ...input }: EntryProps) {
  const id = useId();
  return (
    <Field label={label} htmlFor={id} hint={hint}>
      <Input id={id} aria-describedby={`${id}-hint`} onChange={(event) => onText(event.target.value)} {...input} />
    </Field>
  );
}
