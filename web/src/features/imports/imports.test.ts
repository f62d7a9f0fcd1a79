import { describe, expect, test } from "vitest";
import { sendingWords } from "@/components/jobs/sending";
import { previewWords } from "./components/folder-classes";
import { addedWords } from "./components/import-result-view";
import { groupProblem } from "./import-upload";
import { sourceName } from "./named-sources";
import { folderCounts, hasLabelFile, pathOf, sortOut, topFolder } from "./selection";

const file = (name: string, type = "", size = 10) => ({ name, type, size });
const at = (relativePath: string, type = "image/jpeg") => ({
  ...file(relativePath.split("/").at(-1) ?? "", type),
  relativePath,
});
const problem = (files: Parameters<typeof sortOut>[0]) => {
  const sorted = sortOut(files);
  return "problem" in sorted ? sorted.problem : null;
};

describe("files that cannot be sent together", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => file(`${index}.png`, "image/png"));
  test("are told in words", () => {
    expect(problem([file("a.zip"), file("b.ZIP")])).toMatch(/one after the other/);
    expect(problem([file("a.zip"), file("b.png")])).toMatch(/one or the other/);
    expect(problem(many(1001))).toMatch(/into a ZIP/);
    expect(problem([file("a.zip", "", 0)])).toBe("a.zip is empty.");
  });
  test("all others go", () => {
    expect(problem([file("a.zip")])).toBeNull();
    expect(problem([file("a.tar.gz", "application/gzip")])).toBeNull();
    expect(problem(many(1000))).toBeNull();
  });
});

describe("wrong types", () => {
  test("are refused before they are sent", () => {
    expect(problem([file("notes.txt", "text/plain")])).toMatch(/^notes.txt is no picture. Send JPEG/);
    expect(problem([file("a.svg", "image/svg+xml"), file("b.mp4", "video/mp4")])).toMatch(/^There is no picture/);
    expect(problem([at("x/.hidden.jpg"), at("x/Thumbs.db", "")])).toMatch(/^There is no picture/);
  });
  test("are left out where there are pictures too", () => {
    expect(sortOut([file("a.jpg", "image/jpeg"), file("b.txt", "text/plain")])).toMatchObject({
      kind: "files",
      leftOut: 1,
    });
  });
});

describe("a folder", () => {
  const files = [
    at("./pets/cats/1.jpg"),
    at("/pets/cats/2.jpg"),
    at("pets/dogs/old/3.jpg"),
    at("pets/readme.txt", "text/plain"),
    at("pets/.DS_Store", ""),
  ];
  test("keeps its paths, whichever way it came", () => {
    const sorted = sortOut(files);
    expect(sorted).toMatchObject({ kind: "folder", leftOut: 1 });
    const kept = "files" in sorted ? sorted.files : [];
    expect(kept.map(pathOf)).toEqual(["pets/cats/1.jpg", "pets/cats/2.jpg", "pets/dogs/old/3.jpg"]);
    expect(folderCounts(kept)).toEqual({ "pets/cats": 2, "pets/dogs/old": 1 });
    expect(topFolder(kept)).toBe("pets");
    expect(pathOf({ ...file("1.jpg"), webkitRelativePath: "cats/1.jpg" })).toBe("cats/1.jpg");
    expect(problem(Array.from({ length: 3000 }, (_, n) => at(`cats/${n}.jpg`)))).toBeNull();
  });
  test("may have a file of labels, which is no picture", () => {
    const sorted = sortOut([at("pets/1.jpg"), at("pets/metadata.csv", "text/csv")]);
    const kept = "files" in sorted ? sorted.files : [];
    expect([hasLabelFile(kept), folderCounts(kept)]).toEqual([true, { pets: 1 }]);
  });
  test("is told in classes", () => {
    const words = previewWords({
      classes: { dog: 25, cat: 25 },
      splits: { train: 40 },
      unlabeled: 1,
      refused: 0,
      warning: null,
    });
    expect(words).toEqual([
      "2 classes: cat 25, dog 25",
      "The folders name the splits: training 40",
      "1 picture in no folder of a class",
    ]);
  });
  test("what is odd about them is said", () => {
    const odd = { classes: { images: 2 }, splits: {}, unlabeled: 0, refused: 0, warning: "No class." };
    expect(previewWords(odd)).toEqual(["1 class: images 2", "No class."]);
  });
});

test("of many classes of an import the rest is counted", () => {
  const classes = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`class ${n}`, 1]));
  expect(addedWords(classes)).toMatch(/^Added by class: class 0: 1 · .*class 29: 1 · and 2 more classes$/);
  expect(addedWords({ cat: 2 })).toBe("Added by class: cat: 2");
});

test("what is wrong with the expression of groups is told beside it", () => {
  expect(groupProblem("group_by: '(' is no regular expression.")).toBe("'(' is no regular expression.");
  expect(groupProblem("There is no picture.")).toBeNull();
});

test("an upload tells its share and the time left", () => {
  const upload = { name: "a.zip", bytes: 1000, share: 0.25, startedAt: 0, abort: () => {} };
  expect(sendingWords(upload, 10_000)).toBe("250 B of 1.0 kB, about 30 s left");
  expect(sendingWords({ ...upload, share: 0 }, 10)).toBe("0 B of 1.0 kB");
  expect(sendingWords({ ...upload, share: 1 }, 10)).toMatch(/writing it down/);
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
