import { expect, test } from "vitest";
import { rollbackTarget } from "../versions/rollback-target";
import { cellTitle, confusionAnswer, countIn, mistakes, mistakesAddress, mostConfused } from "./confusion";

test("mistakes are listed from the most frequent, and answered in a sentence", () => {
  const report = {
    class_names: ["cat", "dog"],
    confusion_matrix: [
      [8, 2],
      [1, 9],
    ],
  };
  const found = mistakes(report);
  expect(found.map(({ truth, predicted, count, share }) => [truth, predicted, count, share])).toEqual([
    ["cat", "dog", 2, 0.2],
    ["dog", "cat", 1, 0.1],
  ]);
  expect(confusionAnswer(found, 20)).toBe("3 mistakes on 20 test pictures; cat is taken for dog most often");
  expect(confusionAnswer([], 1)).toBe("No mistake on 1 test picture");
});

test("of many classes, those that are mixed up most are shown", () => {
  const report = {
    class_names: ["a", "b", "c"],
    confusion_matrix: [
      [5, 0, 2],
      [0, 9, 0],
      [1, 0, 4],
    ],
  };
  expect(mostConfused(report, 2)).toEqual({
    names: ["a", "c"],
    values: [
      [5, 2],
      [1, 4],
    ],
    totals: [7, 5],
  });
  expect(mostConfused(report, 9).names).toEqual(["a", "b", "c"]);
});

test("a cell has a title, a count and an address", () => {
  const report = {
    class_names: ["a", "b"],
    confusion_matrix: [
      [5, 2],
      [1, 4],
    ],
  };
  const cells = [{ truth: "a", predicted: "a" }, { truth: "a", predicted: "b" }, { truth: "b" }];
  expect(cells.map((cell) => [cellTitle(cell), countIn(report, cell)])).toEqual([
    ["a recognised", 5],
    ["a taken for b", 2],
    ["b taken for another class", 1],
  ]);
  expect(mistakesAddress(3, { truth: "a" })).toBe("/models/mistakes/?version=3&label=a");
  expect(mistakesAddress(3)).toBe("/models/mistakes/?version=3");
  expect(mistakesAddress(3, { truth: "a & b", predicted: "c" })).toBe(
    "/models/mistakes/?version=3&label=a+%26+b&predicted=c",
  );
});

test("going back leads to the champion before, and again to the one before that", () => {
  const promote = (to_version: number) => ({ action: "promote" as const, to_version });
  const back = (to_version: number) => ({ action: "rollback" as const, to_version });
  expect(rollbackTarget([])).toBeNull();
  expect(rollbackTarget([promote(1)])).toBeNull();
  expect(rollbackTarget([promote(3), promote(2), promote(1)])).toBe(2);
  expect(rollbackTarget([back(2), promote(3), promote(2), promote(1)])).toBe(1);
});
