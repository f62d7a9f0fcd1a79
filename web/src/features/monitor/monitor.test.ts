import { describe, expect, test } from "vitest";
import type { MonitoringSeries, MonitoringSummary } from "@/api/types";
import {
  failureWords,
  latencyAnswer,
  mixAnswer,
  promotionMarks,
  seriesRows,
  sureAnswer,
  trafficAnswer,
  windowOf,
} from "./answers";

const summary = {
  requests: 10,
  answered: 8,
  abstained: 2,
  failures: { "422": 1, "503": 1 },
  latency_ms: { p50: 5, p95: 38.2, p99: 60 },
  class_distribution: { cat: 6, dog: 2 },
} as unknown as MonitoringSummary;
const nothing = {
  ...summary,
  answered: 0,
  abstained: 0,
  latency_ms: { p50: null, p95: null, p99: null },
  class_distribution: {},
};

describe("the answers about a window", () => {
  test("are told in words", () => {
    expect(trafficAnswer([{ requests: 0.4 }, { requests: 3.14 }], summary)).toBe(
      "Up to 3.1 a second; 2 requests of 10 failed",
    );
    expect(latencyAnswer(summary)).toBe("95% were answered within 38 ms");
    expect(sureAnswer(summary)).toBe("It did not know 25.0% of the pictures");
    expect(sureAnswer({ answered: 3, abstained: 0 })).toBe("It was sure of every picture");
    expect(mixAnswer(summary)).toBe("75.0% of the answers were cat");
  });
  test("do not invent what was not measured", () => {
    expect([latencyAnswer(nothing), sureAnswer(nothing), mixAnswer(nothing)]).toEqual(
      Array(3).fill("Not measured yet"),
    );
  });
});

test("a step in which nothing was answered is a gap, not a zero", () => {
  const point = (part: object) => ({
    at: "2026-11-28T12:00:00Z",
    requests: 0,
    answered: 0,
    failed: 0,
    abstained: 0,
    unlike_training_data: 0,
    requests_per_second: 0,
    latency_ms: { p50: null, p95: null, p99: null },
    mean_confidence: null,
    classes: {},
    ...part,
  });
  const points = [point({}), point({ requests: 4, answered: 2, failed: 2, abstained: 1, requests_per_second: 2 })];
  const [empty, full] = seriesRows({ points } as MonitoringSeries);
  expect([empty?.requests, empty?.unknown, empty?.p95]).toEqual([0, null, null]);
  expect([full?.failed, full?.unknown]).toEqual([1, 0.5]);
});

test("promotions are marked where they were", () => {
  const promotions = [{ at: "1970-01-01T00:00:01Z", to_version: 3 }] as MonitoringSeries["promotions"];
  expect(promotionMarks({ promotions })).toEqual([{ x: 1000, label: "v3" }]);
});

test("an address with another window shows the usual one", () => {
  expect([windowOf("24h"), windowOf("2y"), windowOf(null)]).toEqual(["24h", "1h", "1h"]);
});

test("a kind of failure is told in words, known or not", () => {
  expect([failureWords("not_an_image"), failureWords("something_new")]).toEqual(["not a picture", "something new"]);
});
