import type { Job, TrainOptions } from "@/api/types";
import { createStore } from "@/lib/store";

export const DEFAULTS: TrainOptions = {
  recipe: "auto",
  backbone: null,
  seed: 0,
  promote: "auto",
  epochs: null,
  time_budget: null,
  resize_mode: null,
  pseudo_labels: false,
  batch_id: null,
};

/** What is chosen; it stays when one looks elsewhere meanwhile. */
export const choices = createStore<TrainOptions>(DEFAULTS);

type Recipe = TrainOptions["recipe"];

export const RECIPES: Record<Recipe, { label: string; note?: string; hint: string }> = {
  auto: {
    label: "Automatic",
    hint: "A first version within seconds, then a stronger one while there is time. The better one is proposed.",
  },
  probe: {
    label: "Quick",
    note: "probe",
    hint: "A new last layer on a network that knows photos already. Seconds; good from few pictures on.",
  },
  finetune: {
    label: "Fine-tune",
    hint: "A network that knows photos goes on learning, from yours: all of it on small pictures, else its upper part. Minutes.",
  },
  scratch: {
    label: "From scratch",
    hint: "A compact network that learns from your pictures alone. For small ones, such as writing.",
  },
};

export const RECIPE_NAMES = Object.keys(RECIPES) as Recipe[];

const BUDGETS = [
  { value: "", label: "No limit" },
  { value: "1m", label: "1 min" },
  { value: "10m", label: "10 min" },
  { value: "1h", label: "1 h" },
  { value: "own", label: "Other" },
] as const;

type Budget = (typeof BUDGETS)[number]["value"];

/** The budgets to choose from; without one, `auto` stops by itself. */
export function budgetsFor(recipe: Recipe): readonly { value: Budget; label: string }[] {
  const [none, ...others] = BUDGETS;
  return recipe === "auto" ? [{ ...none, label: "10 min or less" }, ...others] : BUDGETS;
}

/** What suits these images, as a sentence beside the choice of a recipe. */
export function suggestion(recipe: Recipe, why: string): string {
  const words = recipe === "auto" ? "automatic suits best" : `${RECIPES[recipe].label.toLowerCase()} is usually enough`;
  return `For these pictures ${words}. ${why}`;
}

/** Which of the budgets a request has. */
export function budgetOf({ time_budget }: TrainOptions): Budget {
  return BUDGETS.find(({ value }) => value === (time_budget ?? ""))?.value ?? "own";
}

export const PROMOTE = [
  { value: "auto", label: "When it is better" },
  { value: "never", label: "Not by itself" },
  { value: "always", label: "In any case" },
] as const;

/** The request without what its recipe does not ask for, chosen while another one was. */
export function applying(request: TrainOptions): TrainOptions {
  switch (request.recipe) {
    case "probe":
      return { ...request, epochs: null, time_budget: null };
    case "scratch":
      return { ...request, backbone: DEFAULTS.backbone };
    default:
      return request;
  }
}

/** A training in a few words: "Automatic, 40%". */
export function trainingWords({ status, progress, ...job }: Job): string {
  const recipe = job.kind === "train" && job.params ? RECIPES[job.params.recipe].label : "Training";
  const share = progress === null ? "running" : `${Math.round(progress * 100)}%`;
  return `${recipe}, ${status === "queued" ? "waiting" : share}`;
}
