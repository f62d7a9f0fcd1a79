import { expect, test } from "vitest";
import { confusionAnswer, mistakes } from "./confusion";
import { rollbackTarget } from "./rollback-target";

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

test("going back leads to the champion before, and again to the one before that", () => {
  const promote = (to_version: number) => ({ action: "promote" as const, to_version });
  const back = (to_version: number) => ({ action: "rollback" as const, to_version });
  expect(rollbackTarget([])).toBeNull();
  expect(rollbackTarget([promote(1)])).toBeNull();
  expect(rollbackTarget([promote(3), promote(2), promote(1)])).toBe(2);
  expect(rollbackTarget([back(2), promote(3), promote(2), promote(1)])).toBe(1);
});
