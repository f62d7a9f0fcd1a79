import { expect, test } from "vitest";
import { classColor, classOrder } from "./class-colors";

test("classes stand in natural order, whatever order they came in", () => {
  expect(classOrder(["10", "2"], ["1", "2"])).toEqual(["1", "2", "10"]);
});

test("a class keeps its colour, and the first hundred differ", () => {
  const order = Array.from({ length: 100 }, (_, index) => `class ${index}`);
  const colors = order.map((label) => classColor(order, label));
  expect(colors[0]).toBe("var(--chart-1)");
  expect(new Set(colors).size).toBe(100);
});

test("an unknown class is grey", () => expect(classColor(["a"], "b")).toBe("var(--muted-foreground)"));
