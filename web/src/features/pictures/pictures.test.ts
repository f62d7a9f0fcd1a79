import { expect, test } from "vitest";
import { changeWords } from "./change-words";

test("a change is told in words", () => {
  expect(changeWords({ ids: [1], label: "cats" }, 23)).toBe("23 pictures relabelled to cats");
  expect(changeWords({ ids: [1], split: "test", excluded: false }, 1)).toBe(
    "1 picture moved to test and included again",
  );
  expect(changeWords({ ids: [1], keep: ["blurry"] }, 1)).toBe("1 picture kept as it is");
  expect(changeWords({ ids: [1], excluded: true }, 0)).toBe("Nothing to change: already excluded");
});
