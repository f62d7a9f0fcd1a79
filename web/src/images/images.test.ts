import { expect, test } from "vitest";
import type { Job } from "@/api/types";
import { failedCheck } from "./check-state";
import { changeWords } from "./image-words";
import { isIssueKind, openIssues } from "./issue-kinds";
import { classChoices } from "./labels/class-choices";
import { proposalWords } from "./proposals-panel";

test("a change is told in words", () => {
  expect(changeWords({ ids: [1], label: "cats" }, 23)).toBe("23 pictures relabelled to cats");
  expect(changeWords({ ids: [1], split: "test", excluded: false }, 1)).toBe(
    "1 picture moved to test and included again",
  );
  expect(changeWords({ ids: [1], keep: ["blurry"] }, 1)).toBe("1 picture kept as it is");
  expect(changeWords({ ids: [1], excluded: true }, 0)).toBe("Nothing to change: already excluded");
});

test("the classes that begin with the text stand first, and a new one last", () => {
  const labels = (text: string) => classChoices({ cat: 1, bobcat: 2, dog: 3 }, text).map(({ label }) => label);
  expect(labels("CAT")).toEqual(["cat", "bobcat", "CAT"]);
  expect(labels(" cat ")).toEqual(["cat", "bobcat"]);
  expect(labels("")).toEqual(["bobcat", "cat", "dog"]);
});

test("quarantined files are no issue to settle", () => {
  expect(openIssues({ blurry: 2, dark: 1, quarantined: 7 })).toBe(3);
  expect(isIssueKind("quarantined")).toBe(false);
  expect(isIssueKind("leak")).toBe(true);
});

test("proposals are told before they are used, and why others are not", () => {
  const page = {
    model_version: 1,
    used: { dogs: 8, cats: 12 },
    left: { cats: 5 },
    reasons: { low_confidence: 3, unlike_training_data: 2 },
    waiting: 4,
  } as Parameters<typeof proposalWords>[0];
  expect(proposalWords(page)).toEqual([
    "Version 1 is sure of 20 pictures",
    "5 are left: 3 not sure, 2 unlike the training data",
    "4 pictures not asked about yet",
  ]);
  expect(proposalWords({ ...page, used: {}, left: {}, waiting: 0 })).toEqual(["Version 1 is sure of none"]);
});

test("a check that failed is told until a later one succeeds", () => {
  const failed = { status: "failed", created_at: "2026-11-28T09:00:00Z", finished_at: "2026-11-28T10:00:00Z" } as Job;
  const checks = (checked_at: string | null) => ({
    checked_at,
    up_to_date: false,
    checked_version: null,
    labels: null,
  });
  expect(failedCheck(checks(null), failed)).toBe(failed);
  expect(failedCheck(checks("2026-11-28T08:00:00Z"), failed)).toBe(failed);
  expect(failedCheck(checks("2026-11-28T11:00:00Z"), failed)).toBeUndefined();
  expect(failedCheck(checks(null), { ...failed, status: "succeeded" })).toBeUndefined();
  expect(failedCheck(checks(null), undefined)).toBeUndefined();
});
