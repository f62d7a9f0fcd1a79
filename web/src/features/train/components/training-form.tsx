"use client";
import { Play } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { errorMessage } from "@/api/problems";
import type { DataInsights, TrainOptions } from "@/api/types";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState } from "@/components/layout/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { Input } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { useStore } from "@/lib/store";
import { useRetrain, useTrainingOptions, useUnfinishedTrainings } from "../api/training";
import { obstacle } from "../readiness";
import { applying, budgetOf, budgetsFor, choices, DEFAULTS, PROMOTE, trainingWords } from "../training-choices";
import { FitChoice } from "./fit-choice";
import { MoreChoices } from "./more-choices";
import { RecipeChoice } from "./recipe-choice";

const FORM = "training-form";

/** How to train; every choice has a good default, so that one click is enough. */
export function TrainingForm({ insights }: { insights: DataInsights }) {
  const request = useStore(choices);
  const options = useTrainingOptions();
  const retrain = useRetrain();
  const before = useUnfinishedTrainings();
  const [asking, setAsking] = useState(false);
  const change = (part: Partial<TrainOptions>) => choices.set((known) => ({ ...known, ...part }));
  const blocked = obstacle(insights);
  // The proposals lead here with this wish.
  useEffect(() => {
    if (new URLSearchParams(window.location.search).has("pseudo"))
      choices.set((known) => ({ ...known, pseudo_labels: true }));
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (before.length > 0) setAsking(true);
    else retrain.mutate({ ...applying(request), queue: false }, { onSuccess: () => window.scrollTo({ top: 0 }) });
  };
  useHotkeys({ "mod+Enter": () => document.querySelector<HTMLFormElement>(`#${FORM}`)?.requestSubmit() });
  if (blocked) return <NotReady why={blocked} />;
  return (
    <Panel title="A new version">
      <form id={FORM} onSubmit={submit} className="grid gap-6">
        <RecipeChoice value={request.recipe} options={options} onChange={(recipe) => change({ recipe })} />
        {request.recipe !== "probe" && <TimeLimit request={request} onChange={change} />}
        <FitChoice
          value={request.resize_mode}
          suggested={options.data?.recommended.resize_mode}
          samples={Object.values(insights.sample_images).flatMap((addresses) => addresses.slice(0, 4))}
          onChange={(resize_mode) => change({ resize_mode })}
        />
        <div className="grid justify-items-start gap-1.5">
          <span className="text-sm font-medium">Put it into service</span>
          <Segmented
            label="Put it into service"
            value={request.promote}
            options={PROMOTE}
            onChange={(promote) => change({ promote })}
          />
        </div>
        {(insights.unlabeled > 0 || request.pseudo_labels) && (
          <div className="grid gap-1">
            <Switch
              label="Learn from pictures without a class too, where the version in service is sure of them"
              checked={request.pseudo_labels}
              onChange={(pseudo_labels) => change({ pseudo_labels })}
            />
            {request.pseudo_labels && request.recipe !== "probe" && (
              <p className="text-xs text-muted-foreground">
                {request.recipe === "auto"
                  ? "Only its first, quick part learns from them."
                  : "Only Quick learns from them."}
              </p>
            )}
          </div>
        )}
        <MoreChoices
          request={request}
          backbones={options.data?.backbones ?? []}
          usual={options.data?.recommended.backbone}
          onChange={change}
        />
        {retrain.isError && !asking && (
          <p role="alert" className="text-sm text-negative">
            {errorMessage(retrain.error)}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button variant="primary" type="submit" disabled={retrain.isPending} aria-keyshortcuts="Control+Enter">
            <Play /> {before.length > 0 ? "Train after the one that runs" : "Start training"}
          </Button>
          {request !== DEFAULTS && (
            <Button variant="ghost" onClick={() => choices.set(() => DEFAULTS)}>
              Back to the defaults
            </Button>
          )}
        </div>
      </form>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={before.length === 1 ? "A training is under way" : `${before.length} trainings are under way`}
        description="They use the same processors, so the new one waits until what is under way has ended. Then it makes a version of its own."
        confirm="Train after it"
        decline="Do not train again"
        action={retrain}
        variables={() => ({ ...applying(request), queue: true })}
      >
        <ul className="grid gap-1 text-sm">
          {before.map((job) => (
            <li key={job.id}>
              {trainingWords(job)}{" "}
              <span className="text-muted-foreground">
                begun <RelativeTime iso={job.created_at} />
              </span>
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </Panel>
  );
}

interface TimeLimitProps {
  request: TrainOptions;
  onChange: (part: Partial<TrainOptions>) => void;
}

function TimeLimit({ request, onChange }: TimeLimitProps) {
  const budget = budgetOf(request);
  return (
    <div className="grid justify-items-start gap-1.5">
      <span className="text-sm font-medium">How long at most</span>
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label="How long at most"
          value={budget}
          options={budgetsFor(request.recipe)}
          onChange={(next) => onChange({ time_budget: next === "own" ? "30m" : next || null })}
        />
        {budget === "own" && (
          <Input
            aria-label="Such as 90s, 30m or 2h"
            title="Such as 90s, 30m or 2h"
            className="w-24"
            required
            pattern="\s*\d+(\.\d+)?\s*[smh]?\s*"
            value={request.time_budget ?? ""}
            onChange={(event) => onChange({ time_budget: event.target.value })}
          />
        )}
      </div>
    </div>
  );
}

function NotReady({ why }: { why: string }) {
  return (
    <Panel>
      <EmptyState
        icon={Play}
        title="This cannot be trained on yet"
        action={
          <>
            <ButtonLink href="/data/pictures/" variant="primary">
              Label and move pictures
            </ButtonLink>
            <ButtonLink href="/data/import/">Import more</ButtonLink>
          </>
        }
      >
        {why}
      </EmptyState>
    </Panel>
  );
}
