import { describe, expect, test } from "vitest";
import type { Drift, DriftMeasure } from "@/api/types";
import { classesAnswer, confidenceAnswer, findings, limitOf, measureValue, rangeOf } from "./drift";

const measure = (name: DriftMeasure["name"], verdict: DriftMeasure["verdict"], value: number | null, expected = 0) =>
  ({ name, verdict, value, expected, threshold: value }) as DriftMeasure;
const drift = (...measures: DriftMeasure[]) =>
  ({
    measures,
    classes: [
      { label: "rare", expected: 0.01, seen: 0.1 },
      { label: "cat", expected: 0.5, seen: 0.1 },
    ],
  }) as Drift;

describe("what changed is told", () => {
  test("a sentence each, with the class that moved most", () => {
    const found = drift(
      measure("classes", "changed", 0.8),
      measure("unlike_training_data", "changed", 0.31, 0.01),
      measure("mean_confidence", "steady", 0.9, 0.91),
      measure("distance", "not_enough", null),
    );
    expect(findings(found)).toEqual([
      "It answers with other classes: “cat” 10.0% instead of 50.0%",
      "More pictures are unlike the training data: 31.0% instead of 1.0%",
    ]);
    expect([classesAnswer(found), confidenceAnswer(found)]).toEqual([
      "Most changed: “cat” 10.0% instead of 50.0%",
      "It is as sure as in the test",
    ]);
  });
  test("and of the confidences only the mean, where that fell", () => {
    const both = drift(measure("confidence", "changed", 0.5), measure("mean_confidence", "changed", 0.8, 0.9));
    expect(findings(both)).toEqual(["It is less sure: 80.0% instead of 90.0% on average"]);
  });
  test("with the direction in which scores moved", () => {
    const ranges = (low: number, high: number) => [
      { low: 0, high: 0.5, expected: 0.5, seen: low },
      { low: 0.5, high: 1, expected: 0.5, seen: high },
    ];
    const found = drift(measure("confidence", "changed", 0.3), measure("distance", "changed", 0.3));
    expect(findings({ ...found, confidences: ranges(0.9, 0.1), distance_scores: ranges(0.9, 0.1) })).toEqual([
      "It is less often sure than in its test",
      "The pictures are less like the training data than those of its test",
    ]);
    expect(findings({ ...found, confidences: ranges(0.1, 0.9), distance_scores: ranges(0.1, 0.9) })).toEqual([
      "It is more often sure than in its test",
      "The pictures are more like the training data than those of its test: it may have learned from them",
    ]);
  });
  test("and nothing is invented where nothing was measured", () => {
    const found = drift(measure("mean_confidence", "not_enough", null, 0.9));
    expect([findings(found), confidenceAnswer(found)]).toEqual([[], "How sure it was in the test"]);
    expect(limitOf(measure("classes", "not_enough", null))).toBe("");
  });
});

test("an index is a number, a share is one, and a limit has a side", () => {
  expect([measureValue("classes", 0.123), measureValue("unlike_training_data", 0.123)]).toEqual(["0.12", "12.3%"]);
  expect(limitOf(measure("mean_confidence", "steady", 0.9))).toBe("under 90.0%");
  expect([rangeOf({ low: 0, high: 0.5 }), rangeOf({ low: 0.99978, high: 1 })]).toEqual(["0–50", "99.98+"]);
});
