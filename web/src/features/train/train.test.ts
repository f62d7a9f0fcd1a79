import { describe, expect, test } from "vitest";
import { accuracyOf, accuracyWords } from "@/components/layout/accuracy";
import { doubts, obstacle } from "./readiness";
import { applying, budgetOf, budgetsFor, DEFAULTS, suggestion } from "./training-choices";

const splits = (train: number, test: number) => ({ train, validation: 1, test });

describe("what stands in the way of a training", () => {
  test.each([
    [{}, "No picture has a class"],
    [{ cats: splits(5, 1) }, "All pictures are of one class, cats."],
    [{ cats: splits(5, 1), dogs: splits(0, 1) }, "no training picture of dogs."],
    [{ cats: splits(5, 0), dogs: splits(5, 0) }, "No picture is set aside for testing."],
  ])("%j", (class_splits, words) => {
    expect(obstacle({ class_splits, issues: {} })).toContain(words);
  });

  test("is nothing when each class has pictures; what makes it less sure is told", () => {
    const dataSet = { class_splits: { cats: splits(5, 1), dogs: splits(5, 0) }, issues: { leak: 2 } };
    expect(obstacle(dataSet)).toBeNull();
    expect(doubts(dataSet)).toEqual([
      "No test picture of dogs: it will not be judged there.",
      "2 pictures may be in training and in test alike, which flatters the numbers.",
    ]);
  });
});

test("a request leaves out what its recipe does not ask for", () => {
  const chosen = { ...DEFAULTS, backbone: "MobileNetV2", epochs: 3, time_budget: "10m" };
  expect(applying({ ...chosen, recipe: "probe" })).toMatchObject({ epochs: null, time_budget: null });
  expect(applying({ ...chosen, recipe: "scratch" })).toMatchObject({ backbone: null, epochs: 3 });
  expect(applying({ ...chosen, recipe: "finetune" })).toEqual({ ...chosen, recipe: "finetune" });
});

test.each([
  [null, ""],
  ["10m", "10m"],
  ["25m", "own"],
])("the time budget %s is shown as %j", (time_budget, shown) => {
  expect(budgetOf({ ...DEFAULTS, time_budget })).toBe(shown);
});

test("without a time budget only automatic has an end of its own", () => {
  expect(budgetsFor("auto")[0]).toEqual({ value: "", label: "10 min or less" });
  expect(budgetsFor("scratch")[0]).toEqual({ value: "", label: "No limit" });
});

test("what suits the pictures is said so that the default may stay", () => {
  expect(suggestion("probe", "Large.")).toBe("For these pictures quick is usually enough. Large.");
  expect(suggestion("auto", "Small.")).toBe("For these pictures automatic suits best. Small.");
});

test("an accuracy never stands alone", () => {
  const metrics = { accuracy: 1, accuracy_low: 0.735, accuracy_high: 1, total: 12 };
  expect(accuracyWords(metrics)).toBe("12 of 12 test pictures right: 100%, 95% interval 73.5–100%");
  expect(accuracyOf(metrics)).toBe("100% of 12");
});
