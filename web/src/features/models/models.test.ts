import { describe, expect, test } from "vitest";
import type { Mistake, ModelMetrics } from "@/api/types";
import { betterOf, mcnemarWords, metricValue, usualPair } from "./comparison/comparison";
import { isSettled, nowWords } from "./mistakes/mistake-words";
import {
  accuracyMeaning,
  heldOutWords,
  int8Words,
  leakWords,
  parityWords,
  thresholdAnswer,
  weakestWords,
  whyNoKeras,
} from "./report/report-words";

test("an accuracy is told in pictures", () => {
  const metrics = { accuracy_low: 0.963, accuracy_high: 0.991, total: 179 } as ModelMetrics;
  expect(accuracyMeaning(metrics)).toContain("Of 100 new pictures like these, it would answer 96 to 100 right");
});

test("what was left out in turn is told beside the test split", () => {
  const held = { accuracy: 0.98, accuracy_low: 0.97, accuracy_high: 0.99, pictures: 1007 };
  expect(heldOutWords(held)).toContain("left out in turn, it is right in 98.0% (95% interval");
  expect(heldOutWords(null)).toBeNull();
});

test("leaks are told beside the score, also that nobody has looked", () => {
  expect(leakWords({ leaks: null, leak_check: null }, 20)).toBe("Leaks: not checked.");
  expect(leakWords({ leaks: 0, leak_check: "embeddings" }, 20)).toBe("Leaks: none found.");
  expect(leakWords({ leaks: 0, leak_check: "fingerprints" }, 20)).toContain("by similarity not checked");
  expect(leakWords({ leaks: 3, leak_check: "embeddings" }, 20)).toContain(
    "3 of 20 test pictures have a near-duplicate",
  );
});

test("the weakest classes are named, and none where all is right", () => {
  const weak = (label: string, recall: number) => ({ label, recall, f1: 0.9, support: 20 });
  expect(weakestWords([weak("3", 0.75), weak("8", 0.9)])).toBe(
    "Recognised least: 3 (75.0% of 20 test pictures), 8 (90.0% of 20 test pictures).",
  );
  expect(weakestWords([])).toBeNull();
});

test("what being unsure brings is the answer, and when it does not help", () => {
  const threshold = { value: 0.6, target_precision: 0.95, precision: 0.97, coverage: 0.9, reached: true, costs: [] };
  expect(thresholdAnswer(threshold)).toBe("Sure about 90.0% of the pictures, and right in 97.0% of those");
  expect(thresholdAnswer({ ...threshold, reached: false })).toBe(
    "Even its surest answers are not right in 95.0% of cases",
  );
  expect(thresholdAnswer(null)).toBe("When it says “not sure”");
});

test("Keras files are not offered where they cannot be made", () => {
  expect(whyNoKeras({ recipe: "probe", backbone: "efficientnet-lite0" })).toBeNull();
  expect(whyNoKeras({ recipe: "finetune", backbone: "MobileNetV2" })).toBeNull();
  expect(whyNoKeras({ recipe: "probe", backbone: "MobileNetV2" })).toContain("built-in backbone");
});

test("the fast file is told with its price, or with why it is not there", () => {
  const int8 = { kept: true, reason: "", speedup: 1.83, accuracy_fp32: 0.991, accuracy_int8: 0.989 };
  expect(int8Words(int8)).toBe("1.8 times as fast; 98.9% accurate, 99.1% in full precision");
  expect(int8Words({ ...int8, kept: false, reason: "It is not faster." })).toBe("It is not faster.");
  expect(int8Words(null)).toBe("not measured yet");
  expect([parityWords(undefined), parityWords(0), parityWords(4e-8)]).toEqual([
    null,
    "same answers",
    "answers differ by 4e-8 at most",
  ]);
});

test("a mistake is settled once its picture is another, or left out", () => {
  const item = { label: "cat", current_label: "cat", excluded: false } as Mistake;
  const all = [item, { ...item, current_label: "dog" }, { ...item, current_label: null }, { ...item, excluded: true }];
  expect(all.map(isSettled)).toEqual([false, true, true, true]);
  expect(all.map(nowWords)).toEqual([null, "now dog", "has no class now", "excluded now"]);
});

describe("two versions", () => {
  const model = (version: number, aliases: string[] = []) => ({ version, aliases }) as never;
  test("are the one in service and the newest other", () => {
    expect(usualPair([model(3), model(2), model(1, ["champion"])])).toEqual([1, 3]);
    expect(usualPair([model(3, ["champion"]), model(2)])).toEqual([3, 2]);
    expect(usualPair([model(2), model(1)])).toEqual([1, 2]);
    expect(usualPair([model(1, ["champion"])])).toBeNull();
  });
  test("are weighed metric by metric", () => {
    const better = (values: number[], higher_is_better = true) =>
      betterOf({ name: "accuracy", values, higher_is_better });
    expect([better([0.9, 0.8]), better([0.9, 0.8], false), better([0.9, 0.90001])]).toEqual([0, 1, null]);
    expect([metricValue("accuracy", 0.9), metricValue("log_loss", 0.1234)]).toEqual(["90.0%", "0.123"]);
  });
  test("differ by chance or not", () => {
    const mcnemar = { only_first: 3, only_second: 9, p_value: 0.00012, verdict: "" };
    expect(mcnemarWords({ versions: [1, 2], images: 200, mcnemar })).toMatch(
      /200 pictures: 3 that only version 1 gets right, 9 that only version 2 does.*under 0.001/,
    );
  });
});
