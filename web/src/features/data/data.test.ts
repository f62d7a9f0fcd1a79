import { describe, expect, test } from "vitest";
import { distributionAnswer, drawingOrder } from "./distribution";
import { selectionProblem } from "./selection";

describe("the answer about the classes", () => {
  const answers: [Record<string, number>, string][] = [
    [{}, "No picture has a class yet"],
    [{ cat: 3 }, "All pictures are of one class, cat"],
    [{ cat: 560, dog: 559 }, "The 2 classes are of about the same size"],
    [{ cat: 100, dog: 25 }, "1 class holds 80.0% of the pictures"],
    [{ a: 50, b: 30, c: 5, d: 5, e: 5, f: 5 }, "2 classes hold 80.0% of the pictures"],
    [{ a: 40, b: 30, c: 20 }, "a has 2.0 times as many pictures as c"],
  ];
  test.each(answers)("%j", (counts, answer) => expect(distributionAnswer(counts)).toBe(answer));

  test("the largest stands first, unless all are of a size", () => {
    expect(drawingOrder({ b: 1, a: 9 })).toEqual(["a", "b"]);
    expect(drawingOrder({ "10": 11, "9": 10 })).toEqual(["9", "10"]);
  });
});

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
