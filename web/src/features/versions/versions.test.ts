import { expect, test } from "vitest";
import type { EntryChange } from "@/api/types";
import { changeSides, countWords } from "./change-words";

const state = (label: string | null, split: "train" | "test" = "train", excluded = false) =>
  ({ label, split, excluded, origin: "given" }) as NonNullable<EntryChange["after"]>;

test("counts are told in one order, without the kinds that did not happen", () => {
  expect(countWords({ moved: 2, added: 1483, removed: 0 })).toBe("1\u202f483 added · 2 moved");
  expect(countWords({})).toBeNull();
});

test("only what differs is told", () => {
  expect(changeSides({ before: state("cats"), after: state("dogs") })).toEqual(["cats", "dogs"]);
  expect(changeSides({ before: state(null), after: state("dogs", "test") })).toEqual(["no class, train", "dogs, test"]);
  expect(changeSides({ before: state("cats"), after: state("cats", "train", true) })).toEqual(["included", "excluded"]);
  expect(changeSides({ before: null, after: state("cats") })).toEqual(["", "cats, train"]);
});
