import { describe, expect, test } from "vitest";
import { indexPoints, pan, pointsNear, toMap, toScreen, WHOLE, zoomAt } from "./map-geometry";

const SIZE = { width: 800, height: 500 };

describe("the part of the map on the screen", () => {
  test("a place comes back from its pixel", () => {
    const view = { zoom: 3, x: 0.3, y: 0.6 };
    const [x, y] = toMap(SIZE, view, ...toScreen(SIZE, view, 0.25, 0.7));
    expect(x).toBeCloseTo(0.25);
    expect(y).toBeCloseTo(0.7);
  });

  test("what is under the pointer stays there; the whole is the least", () => {
    const before = toMap(SIZE, WHOLE, 350, 200);
    const view = zoomAt(SIZE, WHOLE, 4, 350, 200);
    expect(toMap(SIZE, view, 350, 200)[0]).toBeCloseTo(before[0]);
    expect(toMap(SIZE, view, 350, 200)[1]).toBeCloseTo(before[1]);
    expect(zoomAt(SIZE, view, 0.01, 0, 0)).toEqual(WHOLE);
  });

  test("it cannot be moved away", () => {
    expect(pan(SIZE, WHOLE, 99_999, -99_999)).toEqual({ zoom: 1, x: 0, y: 1 });
  });
});

describe("near points", () => {
  const places = Array.from({ length: 2_000 }, (_, n) => [((n * 7919) % 997) / 996, ((n * 104_729) % 991) / 990]);
  const [x, y] = [places.map(([one = 0]) => one), places.map(([, one = 0]) => one)];
  const index = indexPoints(x, y);

  test.each([
    [0, 0],
    [1, 1],
    [0.41, 0.73],
  ] as const)("around %d, %d are those that a full search finds", (px, py) => {
    const distance = (n: number) => Math.hypot((x[n] ?? 0) - px, (y[n] ?? 0) - py);
    const all = places.map((_, n) => n).filter((n) => distance(n) <= 0.1 && n % 2 === 0);
    const found = pointsNear(index, [px, py], 0.1, (n) => n % 2 === 0);
    expect(found.toSorted((a, b) => a - b)).toEqual(all);
    expect(found.map(distance)).toEqual(found.map(distance).toSorted((a, b) => a - b));
  });
});
