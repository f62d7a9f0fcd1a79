"use client";
import { type FormEvent, useId, useState } from "react";
import { errorMessage } from "@/api/problems";
import type { RetrainRequest } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogTitle } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/field";
import { useRetrain } from "../api/retrain";

const DEFAULTS: RetrainRequest = {
  recipe: "auto",
  backbone: "efficientnet-lite0",
  seed: 0,
  promote: "auto",
  epochs: null,
  time_budget: null,
  resize_mode: null,
};

const RECIPES = [
  { value: "auto", label: "Choose for me", hint: "By the size of the pictures." },
  {
    value: "probe",
    label: "Photos (probe)",
    hint: "A new head on a network that knows photos already: seconds to minutes.",
  },
  { value: "scratch", label: "Small pictures (scratch)", hint: "A small network, trained from nothing." },
] as const;

interface TrainDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** How to train; every field has a good default, so that one click is enough. */
export function TrainDialog({ open, onOpenChange }: TrainDialogProps) {
  const id = useId();
  const [request, setRequest] = useState(DEFAULTS);
  const retrain = useRetrain();
  const change = (part: Partial<RetrainRequest>) => setRequest((known) => ({ ...known, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retrain.mutate(request, { onSuccess: () => onOpenChange(false) });
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent>
        <DialogTitle>Train a new version</DialogTitle>
        <DialogDescription>
          On all pictures of the current data version. It runs in the background; you can leave this page.
        </DialogDescription>
        <form onSubmit={submit} className="grid gap-5">
          <Choice label="Recipe" value={request.recipe} options={RECIPES} onChange={(recipe) => change({ recipe })} />
          <Field label="Put it into service" htmlFor={`${id}-promote`}>
            <Select
              id={`${id}-promote`}
              value={request.promote}
              onChange={(event) => change({ promote: event.target.value as RetrainRequest["promote"] })}
            >
              <option value="auto">If it beats the version in service</option>
              <option value="always">In any case</option>
              <option value="never">Not by itself</option>
            </Select>
          </Field>
          <details className="text-sm">
            <summary className="text-muted-foreground select-none hover:text-foreground">More choices</summary>
            <div className="mt-3 grid gap-4 sm:grid-cols-2">
              <Field label="Time budget" htmlFor={`${id}-budget`} hint="Such as 90s, 10m or 1h; empty for no limit.">
                <Input
                  id={`${id}-budget`}
                  pattern="\s*\d+(\.\d+)?\s*[smh]?\s*"
                  aria-describedby={`${id}-budget-hint`}
                  value={request.time_budget ?? ""}
                  onChange={(event) => change({ time_budget: event.target.value || null })}
                />
              </Field>
              <Field label="Epochs" htmlFor={`${id}-epochs`} hint="Empty lets the recipe decide.">
                <Input
                  id={`${id}-epochs`}
                  type="number"
                  min={1}
                  max={1000}
                  aria-describedby={`${id}-epochs-hint`}
                  value={request.epochs ?? ""}
                  onChange={(event) => change({ epochs: event.target.value ? Number(event.target.value) : null })}
                />
              </Field>
              <Field label="Fit pictures by" htmlFor={`${id}-resize`}>
                <Select
                  id={`${id}-resize`}
                  value={request.resize_mode ?? ""}
                  onChange={(event) =>
                    change({ resize_mode: (event.target.value || null) as RetrainRequest["resize_mode"] })
                  }
                >
                  <option value="">The recipe's way</option>
                  <option value="stretch">Stretching</option>
                  <option value="crop">Cropping</option>
                  <option value="letterbox">Adding bars</option>
                </Select>
              </Field>
              <Field label="Seed" htmlFor={`${id}-seed`}>
                <Input
                  id={`${id}-seed`}
                  type="number"
                  min={0}
                  value={request.seed}
                  onChange={(event) => change({ seed: Number(event.target.value) })}
                />
              </Field>
            </div>
          </details>
          {retrain.isError && (
            <p role="alert" className="text-sm text-negative">
              {errorMessage(retrain.error)}
            </p>
          )}
          <DialogFooter>
            <Button onClick={() => onOpenChange(false)}>Not now</Button>
            <Button variant="primary" type="submit" disabled={retrain.isPending}>
              Start training
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
