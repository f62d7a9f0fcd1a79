import { describe, expect, test } from "vitest";
import { sourceName } from "./named-sources";
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

describe("the name of a data set", () => {
  test.each([
    ["cifar10", "", "cifar10"],
    ["hf:", " owner/name ", "hf:owner/name"],
    ["hf:", "https://example.org/datasets/owner/name", "hf:owner/name"],
    ["kaggle:", "owner", null],
    ["kaggle:", "../etc/passwd", null],
  ])("%s %s", (value, repository, name) => expect(sourceName(value, repository)).toBe(name));
});
