import type { Prediction } from "@/api/types";
import { toCsv } from "@/lib/csv";

interface Asked {
  id: number;
  name: string;
  /** Address of the image in this browser. */
  address: string;
}

export type Entry = Asked &
  (
    | { state: "waiting" | "working" }
    | { state: "done"; prediction: Prediction }
    | { state: "failed"; reason: string; passing: boolean }
  );

export type Filter = "all" | "unsure" | "failed";

/** Puts an entry in a new state. */
export function withOutcome(entries: readonly Entry[], id: number, outcome: Partial<Entry>): Entry[] {
  return entries.map((entry) => (entry.id === id ? ({ ...entry, ...outcome } as Entry) : entry));
}

export interface Summary {
  all: number;
  open: number;
  sure: number;
  unsure: number;
  failed: number;
}

export function summarize(entries: readonly Entry[]): Summary {
  const summary: Summary = { all: entries.length, open: 0, sure: 0, unsure: 0, failed: 0 };
  for (const entry of entries) {
    if (entry.state === "failed") summary.failed += 1;
    else if (entry.state !== "done") summary.open += 1;
    else if (entry.prediction.abstained) summary.unsure += 1;
    else summary.sure += 1;
  }
  return summary;
}

export function passes(entry: Entry, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "failed") return entry.state === "failed";
  return entry.state === "done" && entry.prediction.abstained;
}

/** What an answer says first: the class, or that the model would rather not say. */
export function headline({ label, abstained, abstained_because, predictions }: Prediction): string {
  if (!abstained) return label;
  if (abstained_because === "unlike_training_data") return "Nothing it knows";
  const [first, second] = predictions;
  return first && second ? `Not sure: ${first.label} or ${second.label}` : "Not sure";
}

const CSV_LABELS = { low_confidence: "not sure", unlike_training_data: "nothing it knows" } as const;

/** The answers as CSV, in the order of the images' arrival. An abstention stands in the place of the class. */
export function entriesToCsv(entries: readonly Entry[]): string {
  const header = ["file", "label", "confidence", "best_guess", "why", "model_version", "prediction_id", "error"];
  const rows = entries.map((entry) => {
    if (entry.state === "failed") return [entry.name, "", "", "", "", "", "", entry.reason];
    if (entry.state !== "done") return [entry.name, "", "", "", "", "", "", ""];
    const { label, confidence, abstained, abstained_because: why, model_version, prediction_id } = entry.prediction;
    const said = abstained ? CSV_LABELS[why ?? "low_confidence"] : label;
    return [entry.name, said, confidence, label, why ?? "", model_version, prediction_id, ""];
  });
  return toCsv(header, rows);
}
