import { describe, expect, test } from "vitest";
import type { Job, JobEvent } from "@/api/types";
import { EMPTY_STREAM, figures, reduceStream, timeLeft } from "./job-stream";
import { trainingCurves } from "./training-curves";

type TrainJob = Extract<Job, { kind: "train" }>;

const job = (part: Partial<TrainJob> = {}): TrainJob => ({
  id: "a",
  kind: "train",
  status: "running",
  stage: "Training",
  progress: 0.25,
  params: null,
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

describe("the curves of a training", () => {
  const titles = (...rows: Record<string, number>[]) =>
    trainingCurves(figures(rows.map((row, index) => line(index + 1, row)))).map(({ title }) => title);

  test("are titled by the best epoch; one that is told again counts once", () => {
    const first = { epoch: 1, loss: 0.9, accuracy: 0.5, validation_loss: 0.4, validation_accuracy: 0.9 };
    const second = { epoch: 2, loss: 0.8, accuracy: 0.6, validation_loss: 0.5, validation_accuracy: 0.8 };
    expect(titles({ C: 1 }, first, first, second)).toEqual([
      "90.0% accurate in validation, best of 2 epochs",
      "Loss in validation was lowest in epoch 1: 0.400",
    ]);
  });

  test("show the training split where no other was measured, and nothing where nothing was", () => {
    expect(titles({ epoch: 1, loss: 0.9 })).toEqual(["Loss in training 0.900, lowest so far"]);
    expect(titles()).toEqual([]);
  });

  test("of a head show its regularisation, in order", () => {
    const rows = [10, 0.1, 1].map((C) => ({ C, validation_loss: Math.abs(Math.log10(C)) + 0.1 }));
    expect(titles(...rows, { C: 1 })).toEqual(["Loss in validation is lowest at C = 1: 0.100"]);
  });
});

test("a resumed job goes on after its end", () => {
  const ended = reduceStream(reduceStream(EMPTY_STREAM, { type: "job", job: job({ status: "failed" }) }), {
    type: "end",
  });
  const again = reduceStream(ended, { type: "again", job: job({ status: "queued" }) });
  expect([again.job?.status, again.connection]).toEqual(["queued", "connecting"]);
});
