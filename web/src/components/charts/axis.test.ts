import { expect, test } from "vitest";
import { shareTicks } from "./axis";

test.each([
  [0.93, ["0.92", "0.94", "0.96", "0.98", "1.00"]],
  [0.995, ["0.99", "1.00"]],
  [0.5, ["0.50", "0.60", "0.70", "0.80", "0.90", "1.00"]],
  [0.1, ["0.00", "0.25", "0.50", "0.75", "1.00"]],
  [1, ["0.99", "1.00"]],
])("an axis from %d up to 1", (least, ticks) => {
  expect(shareTicks(least).map((tick) => tick.toFixed(2))).toEqual(ticks);
});
