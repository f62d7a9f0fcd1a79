import { describe, expect, test } from "vitest";
import type { DataInsights, DatasetVersion, Drift, Job, Model, MonitoringSummary, Promotion } from "@/api/types";
import { activity } from "./activity";
import { attention } from "./attention";

const job = (part: object) =>
  ({ id: "a", kind: "train", status: "succeeded", params: {}, result: null, error: null, ...part }) as unknown as Job;
const model = (version: number, aliases: string[], dataset_version = 1) =>
  ({ version, aliases, dataset_version }) as Model;
const insights = (part: Partial<DataInsights>) =>
  ({
    dataset_version: 1,
    issues: {},
    unlabeled: 0,
    checks: { up_to_date: true, checked_at: "x" },
    ...part,
  }) as DataInsights;
const titles = (known: Partial<Parameters<typeof attention>[0]>) =>
  attention({
    insights: undefined,
    models: undefined,
    jobs: undefined,
    day: undefined,
    drift: undefined,
    ...known,
  }).map(({ title }) => title);

describe("what needs attention", () => {
  test("is nothing where all is well, or nothing is known", () => {
    expect(titles({})).toEqual([]);
    expect(titles({ insights: insights({}), models: [model(1, ["champion"])], jobs: [job({})] })).toEqual([]);
  });

  test("is a job that failed, unless a later one of its kind went well", () => {
    const failed = job({ status: "failed", error: { code: "x", detail: "The disk is full." } as Job["error"] });
    expect(
      attention({ insights: undefined, models: undefined, jobs: [failed], day: undefined, drift: undefined })[0],
    ).toMatchObject({
      title: "Training a version failed",
      note: "The disk is full.",
      urgent: true,
    });
    expect(titles({ jobs: [job({}), failed] })).toEqual([]);
  });

  test("is a challenger that was refused, with the reason, and not an older version", () => {
    const models = [model(3, ["challenger"]), model(2, ["champion"])];
    const jobs = [job({ result: { model_version: 3, reason: "It is not better." } })];
    const [first] = attention({ insights: undefined, models, jobs, day: undefined, drift: undefined });
    expect([first?.title, first?.note]).toEqual(["Version 3 was not put into service", "It is not better."]);
    expect(titles({ models: [model(3, ["champion"]), model(2, ["challenger"])] })).toEqual([]);
  });

  test("is that the pictures changed, and nothing else about them", () => {
    const drift = (verdict: Drift["verdict"]) => ({ verdict, model_version: 2, predictions: 500 }) as Drift;
    expect(titles({ drift: drift("changed") })).toEqual(["The pictures that are asked about have changed"]);
    expect([titles({ drift: drift("steady") }), titles({ drift: drift("not_enough") })]).toEqual([[], []]);
  });

  test("is what is wrong with the data, three kinds by name", () => {
    const issues = { leak: 2, label: 1, blurry: 4, dark: 1, bright: 1, quarantined: 3 };
    expect(titles({ insights: insights({ issues, unlabeled: 5 }) })).toEqual([
      "Leaks: 2 pictures",
      "Label suspects: 1 picture",
      "Blurry: 4 pictures",
      "2 more issues of other kinds",
      "3 files could not be used",
      "5 pictures without a class",
    ]);
    expect(titles({ insights: insights({ dataset_version: 4 }), models: [model(1, ["champion"], 3)] })).toEqual([
      "The pictures have changed since the version in service was trained",
    ]);
  });

  test("is requests that the server could not answer; bad pictures are no fault", () => {
    const day = (failures: Record<string, number>) => ({ failures, requests: 200 }) as unknown as MonitoringSummary;
    expect(titles({ day: day({ 422: 9 }) })).toEqual([]);
    expect(titles({ day: day({ 422: 9, 503: 2 }) })).toEqual(["2 requests could not be answered in the last 24 hours"]);
  });
});

test("what happened last stands first, whatever it was", () => {
  const jobs = [job({ kind: "check", finished_at: "2026-11-28T10:00:00Z", created_at: "2026-11-28T09:00:00Z" })];
  const versions = [{ id: 2, created_at: "2026-11-28T11:00:00Z", reason: "", author: "me" }] as DatasetVersion[];
  const promotions = [{ id: 1, action: "promote", created_at: "2026-11-28T10:30:00Z", to_version: 1 }] as Promotion[];
  expect(activity(jobs, versions, promotions).map(({ title }) => title)).toEqual([
    "Version 2 of the data",
    "Version 1 came into service",
    "Checking the data set",
  ]);
});
