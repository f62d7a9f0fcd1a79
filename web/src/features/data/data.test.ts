import { describe, expect, test } from "vitest";
import { balanceAnswer, shapeAnswer, spanAnswer } from "./answers";
import { distributionAnswer, drawingOrder } from "./distribution";

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

describe("the answers about measures", () => {
  const wide = (span: string) => `are ${span} wide`;
  const px = (edge: number) => `${edge} px`;

  test("the shortest span that holds four fifths is told", () => {
    const histogram = { edges: [0, 10, 20, 30, 40], counts: [10, 50, 35, 5] };
    expect(spanAnswer(histogram, wide, px)).toBe("85.0% of the pictures are 10 px to 30 px wide");
    expect(spanAnswer({ edges: [8, 9], counts: [3] }, wide, px)).toBe("All pictures are 8 px wide");
    expect(spanAnswer({ edges: [], counts: [] }, wide, px)).toBe("Not measured yet");
  });

  test("the commonest shape is told", () => {
    const size = (width: number, height: number, count: number) => ({ width, height, count });
    expect(shapeAnswer([size(4, 3, 3), size(3, 4, 1)])).toBe("75.0% of the pictures are wider than tall");
    expect(shapeAnswer([size(8, 8, 3)])).toBe("All pictures are square");
  });

  test("small classes are named", () => {
    const one = (label: string, score: number) => ({ label, count: 1, score, flagged: score < 0.2 });
    expect(balanceAnswer([one("a", 1), one("b", 0.5)])).toBeNull();
    expect(balanceAnswer([one("a", 1), one("b", 0.1)])).toMatch(/^Few pictures: b \(10.0% of an equal share\)\./);
  });
});
