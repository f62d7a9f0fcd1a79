import { expect, it } from "vitest";
import type { ReviewItem } from "@/api/types";
import { acceptAll, conflictWords, decisionWords, paceWords } from "./review-words";

const item = (image_id: number, suggested_label: string | null): ReviewItem => ({
  image_id,
  suggested_label,
  confidence: suggested_label === null ? null : 0.9,
  reason: "typical",
  file: "",
  thumb: "",
});

it("accepts what is suggested, and nothing else", () => {
  expect(acceptAll([item(1, "cat"), item(2, null)])).toEqual([{ image_id: 1, action: "accept", label: "cat" }]);
});

it("says what was decided and what was left", () => {
  expect(decisionWords([{ image_id: 1, action: "accept", label: "cat" }])).toBe("1 picture labelled cat");
  expect(decisionWords([{ image_id: 1, action: "reject" }])).toBe("1 picture excluded");
  expect(decisionWords(acceptAll([item(1, "cat"), item(2, "dog")]))).toBe("2 pictures decided");
  expect(conflictWords([])).toBeNull();
  const conflict = { image_id: 1, reason: "labelled" as const, detail: "Somebody has labelled it cat." };
  expect(conflictWords([conflict])).toBe("Left as it is: Somebody has labelled it cat.");
  expect(conflictWords([conflict, conflict])).toContain("2 were left as they are");
});

it("tells no pace before it is measured", () => {
  expect(paceWords({ labels_per_hour: null })).toBe("not measured yet");
  expect(paceWords({ labels_per_hour: 1240.4 })).toMatch(/^1.?240 an hour$/);
});
