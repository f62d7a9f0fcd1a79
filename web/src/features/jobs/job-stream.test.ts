import { describe, expect, test } from "vitest";
import type { Job, JobEvent } from "@/api/types";
import { epochSeries } from "./epoch-series";
import { EMPTY_STREAM, epochs, reduceStream, timeLeft } from "./job-stream";

const job = (part: Partial<Job> = {}): Job => ({
  id: "a",
  kind: "train",
  status: "running",
  stage: "Training",
  progress: 0.25,
  params: {},
  result: null,
  error: null,
  cancel_requested: false,
  created_at: "2026-11-21T12:00:00Z",
  started_at: "2026-11-21T12:00:00Z",
  finished_at: null,
  ...part,
});
const line = (id: number, data: Record<string, number> | null = null): JobEvent => ({
  id,
  type: data ? "metric" : "log",
  message: `line ${id}`,
  data,
  created_at: "2026-11-21T12:00:00Z",
});

describe("the stream of a job", () => {
  test("takes each line once, also when a new connection tells all again", () => {
    const ids = [1, 2, 1, 2, 3].reduce(
      (state, id) => reduceStream(state, { type: "line", line: line(id) }),
      EMPTY_STREAM,
    );
    expect(ids.lines.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  test("does not go back from finished to running", () => {
    const done = reduceStream(EMPTY_STREAM, { type: "job", job: job({ status: "succeeded" }) });
    expect(reduceStream(done, { type: "job", job: job() }).job?.status).toBe("succeeded");
  });

  test("tells when it is lost, back, and ended", () => {
    const lost = reduceStream(EMPTY_STREAM, { type: "lost" });
    const back = reduceStream(lost, { type: "open" });
    const ended = reduceStream(back, { type: "end" });
    expect([lost, back, ended, reduceStream(ended, { type: "lost" })].map((state) => state.connection)).toEqual([
      "retrying",
      "live",
      "ended",
      "ended",
    ]);
  });
});

test("the time left follows from the share done", () => {
  const now = Date.parse("2026-11-21T12:00:10Z");
  expect(timeLeft(job(), now)).toBe(30);
  expect(timeLeft(job({ progress: null }), now)).toBeNull();
  expect(timeLeft(job({ status: "queued" }), now)).toBeNull();
});

test("epochs become a chart titled by the best of them", () => {
  const lines = [line(1), line(2, { epoch: 1, val_accuracy: 0.5 }), line(3, { epoch: 2, val_accuracy: 0.9 })];
  expect(epochSeries(epochs(lines))?.title).toBe("90.0% accurate in validation, best of 2 epochs");
  expect(epochSeries(epochs([line(1)]))).toBeNull();
});
