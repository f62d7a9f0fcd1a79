import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInterval,
  formatMetric,
  formatMilliseconds,
  formatPercent,
  formatRelative,
  formatSizes,
  NOT_MEASURED,
  plural,
} from "./format";

const THIN = "\u202f";

describe("counts", () => {
  test("have thin separators that do not break", () => {
    expect([0, 999, 1797, 60_000, 1_234_567].map(formatCount)).toEqual([
      "0",
      "999",
      `1${THIN}797`,
      `60${THIN}000`,
      `1${THIN}234${THIN}567`,
    ]);
  });
  test("agree with their noun", () => {
    expect(plural(1, "picture")).toBe("1 picture");
    expect(plural(0, "class", "classes")).toBe("0 classes");
  });
});

describe("shares", () => {
  test("have one digit", () => expect(formatPercent(0.98712)).toBe("98.7%"));
  test("are perfect or nothing only when they are", () => {
    expect([1, 0.9996, 0.0004, 0].map(formatPercent)).toEqual(["100%", ">99.9%", "<0.1%", "0%"]);
  });
  test("that were not measured say so", () => {
    expect(formatPercent(null)).toBe(NOT_MEASURED);
    expect(formatMetric(Number.NaN)).toBe(NOT_MEASURED);
  });
  test("have intervals", () => {
    expect(formatInterval(0.981, 0.9923)).toBe("98.1–99.2%");
    expect(formatInterval(0.99, 1)).toBe("99.0–100%");
  });
});

test("milliseconds have one digit under ten", () => {
  expect([0.04, 6.42, 12.3, 2300].map(formatMilliseconds)).toEqual(["0.0 ms", "6.4 ms", "12 ms", "2.3 s"]);
});

test("bytes", () => expect([512, 1_234_567, 17e6].map(formatBytes)).toEqual(["512 B", "1.2 MB", "17.0 MB"]));

test("durations", () => {
  expect([8, 80, 120, 7500].map(formatDuration)).toEqual(["8 s", "1 min 20 s", "2 min", "2 h 5 min"]);
});

test("relative times", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const ago = (seconds: number) => formatRelative(new Date(now - seconds * 1000).toISOString(), now);
  expect([3, 60, 3600, 7200, 86_400 * 3].map(ago)).toEqual([
    "just now",
    "1 minute ago",
    "1 hour ago",
    "2 hours ago",
    "3 days ago",
  ]);
});

test("sizes of pictures", () => {
  expect(formatSizes(8, 8, 8, 8)).toBe("8 × 8 px");
  expect(formatSizes(50, 1050, 41, 1023)).toBe(`50–1${THIN}050 × 41–1${THIN}023 px`);
});
