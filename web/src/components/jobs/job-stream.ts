import type { Job, JobEvent } from "@/api/types";

export type Connection = "connecting" | "live" | "retrying" | "ended";

export interface JobStream {
  job: Job | null;
  lines: readonly JobEvent[];
  connection: Connection;
}

type StreamAction =
  | { type: "open" }
  | { type: "job"; job: Job }
  | { type: "line"; line: JobEvent }
  | { type: "lost" }
  | { type: "end" }
  | { type: "again"; job: Job };

export const EMPTY_STREAM: JobStream = { job: null, lines: [], connection: "connecting" };
const MOST_LINES = 2_000;

export function isFinished(job: Pick<Job, "status">): boolean {
  return job.status === "succeeded" || job.status === "failed" || job.status === "cancelled";
}

/** A training that has not come to its end goes on from its last checkpoint. */
export function isResumable(job: Pick<Job, "kind" | "status">): boolean {
  return job.kind === "train" && (job.status === "failed" || job.status === "cancelled");
}

/** What is known of a job after one more message. A line that came before is not taken twice. */
export function reduceStream(state: JobStream, action: StreamAction): JobStream {
  switch (action.type) {
    case "open":
      return { ...state, connection: "live" };
    case "job":
      // A poll may be older than what the stream has told already.
      if (state.job && isFinished(state.job) && !isFinished(action.job)) return state;
      return { ...state, job: action.job };
    case "line": {
      const last = state.lines.at(-1);
      if (last && action.line.id <= last.id) return state;
      return { ...state, lines: [...state.lines, action.line].slice(-MOST_LINES) };
    }
    case "lost":
      return state.connection === "ended" ? state : { ...state, connection: "retrying" };
    case "end":
      return { ...state, connection: "ended" };
    case "again":
      return { ...state, job: action.job, connection: "connecting" };
  }
}

/** Seconds that are left if the work goes on as it did; null while that cannot be told. */
export function timeLeft(job: Job, now: number): number | null {
  if (job.status !== "running" || !job.started_at || job.progress === null || job.progress < 0.05) return null;
  const spent = (now - Date.parse(job.started_at)) / 1000;
  return spent < 2 ? null : (spent * (1 - job.progress)) / job.progress;
}

/** The figures that were measured on the way, in order. */
export function figures(lines: readonly JobEvent[]): Record<string, number>[] {
  return lines.flatMap((line) => (line.type === "metric" && line.data ? [line.data] : []));
}
