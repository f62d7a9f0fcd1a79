import { describe, expect, test } from "vitest";
import type { ImageItem, IssueItem } from "@/api/types";
import { bestOf, groupsOf } from "./groups";

const image = (id: number, more: Partial<ImageItem> = {}) =>
  ({ id, label: "cat", width: 10, height: 10, size_bytes: 100, ...more }) as ImageItem;
const item = (id: number, group_id: number | null) => ({ issue: { group_id }, image: image(id) }) as IssueItem;

describe("groups of near-duplicates", () => {
  test("a group that may go on is not shown yet", () => {
    const items = [item(1, 1), item(4, 1), item(2, 2)];
    expect(groupsOf(items, false).map(({ images }) => images.map(({ id }) => id))).toEqual([[1, 4], [2]]);
    expect(groupsOf(items, true).map(({ id }) => id)).toEqual([1]);
  });

  test("the best is kept: with a class, then large, then early", () => {
    expect(bestOf([image(1), image(2, { width: 20 })])?.id).toBe(2);
    expect(bestOf([image(3, { size_bytes: 50 }), image(5), image(4)])?.id).toBe(4);
    expect(bestOf([image(1, { label: null, width: 90 }), image(2)])?.id).toBe(2);
    expect(bestOf([])).toBeUndefined();
  });
});
