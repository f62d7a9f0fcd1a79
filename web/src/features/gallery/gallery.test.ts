import { describe, expect, test } from "vitest";
import { geometryOf, keyTarget } from "./geometry";
import { filterAddress, parseFilter } from "./image-filter";
import { extendTo, focusOn, NOTHING, type Selection, selectAll, selectOnly, toggleAt, within } from "./selection";

describe("the filter in the address", () => {
  test("comes back as it was", () => {
    const filter = { label: "a & b", split: "test", issue: "blurry", origin: "human", q: "é", excluded: true } as const;
    const address = filterAddress(filter);
    expect(parseFilter(new URL(address, "http://x").searchParams)).toEqual(filter);
    expect(filterAddress({})).toBe("/data/pictures/");
  });
  test("leaves out what it does not know", () => {
    const search = new URLSearchParams("split=toString&issue=ugly&origin=&unlabeled=yes&image=3");
    expect(parseFilter(search)).toEqual({});
  });
});

describe("the selection", () => {
  const images = [10, 20, 30, 40, 50];
  const ids = (selection: Selection) => [...selection.ids];
  test("a range follows the focus, back as well", () => {
    const start = selectOnly(images, 1);
    expect(ids(extendTo(start, images, 3))).toEqual([20, 30, 40]);
    expect(ids(extendTo(extendTo(start, images, 3), images, 0))).toEqual([10, 20]);
  });
  test("another range is added", () => {
    const two = toggleAt(selectOnly(images, 0), images, 3);
    expect(ids(extendTo(two, images, 4, true))).toEqual([10, 40, 50]);
    expect(ids(toggleAt(two, images, 0))).toEqual([40]);
  });
  test("only what is shown stays selected", () => {
    const all = focusOn(selectAll(NOTHING, images), 4);
    expect(within(all, new Set(images))).toBe(all);
    expect(within(all, new Set([20, 30]))).toEqual({ ids: new Set([20, 30]), focus: 1, anchor: 1 });
  });
});

describe("the places in the gallery", () => {
  const place = { index: 6, count: 11, columns: 4, screen: 2 };
  test.each([
    ["ArrowLeft", false, 5],
    ["ArrowDown", false, 10],
    ["PageDown", false, 10],
    ["PageUp", false, 2],
    ["Home", false, 4],
    ["End", true, 10],
    ["End", false, 7],
    ["q", false, null],
  ])("%s", (key, far, target) => expect(keyTarget(key, far, place)).toBe(target));
  test("the last row is as far as one gets", () => {
    expect(keyTarget("ArrowDown", false, { ...place, index: 9 })).toBe(9);
    expect(keyTarget("ArrowDown", false, { ...place, index: 7 })).toBe(10);
    expect(keyTarget("ArrowUp", false, { ...place, index: 2 })).toBe(2);
  });
  test("the pictures fill the width, in whole pixels", () => {
    const { columns, side } = geometryOf(992);
    expect([columns, side]).toEqual([8, 117]);
    expect(geometryOf(358).columns).toBe(3);
    expect(geometryOf(0).columns).toBe(1);
  });
});
