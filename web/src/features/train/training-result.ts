import type { Job } from "@/api/types";

export interface TrainingResult {
  /** The version that was proposed. */
  version: number;
  promoted: boolean;
  reason: string;
  accuracy: number | null;
  /** Other versions that came of the same training. */
  others: readonly number[];
}

const isNumber = (value: unknown): value is number => typeof value === "number";

/** What came of a training; null where there is no version. */
export function trainingResult({ result }: Pick<Job, "result">): TrainingResult | null {
  const { model_version: version, promoted, reason, metrics, versions } = result ?? {};
  if (!isNumber(version)) return null;
  const accuracy = (metrics as { accuracy?: unknown } | undefined)?.accuracy;
  return {
    version,
    promoted: promoted === true,
    reason: typeof reason === "string" ? reason : "",
    accuracy: isNumber(accuracy) ? accuracy : null,
    others: (Array.isArray(versions) ? versions : []).filter(isNumber).filter((other) => other !== version),
  };
}
