import { expect, test } from "vitest";
import { confusionAnswer, mistakes } from "./confusion";

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
