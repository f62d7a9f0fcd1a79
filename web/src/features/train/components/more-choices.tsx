import { useId } from "react";
import type { RetrainRequest } from "@/api/types";
import { Field, Input } from "@/components/ui/field";

interface MoreChoicesProps {
  request: RetrainRequest;
  backbones: readonly string[];
  onChange: (part: Partial<RetrainRequest>) => void;
}

/** What hardly anybody has to choose. */
export function MoreChoices({ request, backbones, onChange }: MoreChoicesProps) {
  const id = useId();
  return (
    <details className="text-sm">
      <summary className="text-muted-foreground select-none hover:text-foreground">More choices</summary>
      <div className="mt-3 grid items-start gap-4 sm:grid-cols-3">
        {request.recipe !== "scratch" && (
          <Field
            label="Backbone"
            htmlFor={`${id}-backbone`}
            hint="The network that knows photos: one of the list, or onnx:PATH."
          >
            <Input
              id={`${id}-backbone`}
              aria-describedby={`${id}-backbone-hint`}
              list={`${id}-backbones`}
              autoComplete="off"
              required
              maxLength={200}
              value={request.backbone}
              onChange={(event) => onChange({ backbone: event.target.value })}
            />
            <datalist id={`${id}-backbones`}>
              {backbones.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </Field>
        )}
        {request.recipe !== "probe" && (
          <Field label="Epochs" htmlFor={`${id}-epochs`} hint="Empty lets the recipe decide.">
            <Input
              id={`${id}-epochs`}
              type="number"
              min={1}
              max={1000}
              aria-describedby={`${id}-epochs-hint`}
              value={request.epochs ?? ""}
              onChange={(event) => onChange({ epochs: event.target.value ? Number(event.target.value) : null })}
            />
          </Field>
        )}
        <Field label="Seed" htmlFor={`${id}-seed`} hint="The same seed gives the same version again.">
          <Input
            id={`${id}-seed`}
            type="number"
            min={0}
            max={4294967295}
            aria-describedby={`${id}-seed-hint`}
            value={request.seed}
            onChange={(event) => onChange({ seed: Number(event.target.value) })}
          />
        </Field>
      </div>
    </details>
  );
}
