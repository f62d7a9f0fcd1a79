import { describe, expect, test } from "vitest";
import { selectionProblem } from "./selection";

describe("files that cannot be sent together", () => {
  const file = (name: string, size = 10) => ({ name, type: "", size });
  const many = (count: number) => Array.from({ length: count }, (_, index) => file(`${index}.png`));
  test("are told in words", () => {
    expect(selectionProblem([file("a.zip"), file("b.ZIP")])).toMatch(/one after the other/);
    expect(selectionProblem([file("a.zip"), file("b.png")])).toMatch(/one or the other/);
    expect(selectionProblem(many(1001))).toMatch(/into a ZIP/);
    expect(selectionProblem([file("a.zip", 0)])).toBe("a.zip is empty.");
  });
  test("all others go", () => {
    expect(selectionProblem([file("a.zip")])).toBeNull();
    expect(selectionProblem(many(1000))).toBeNull();
  });
});
