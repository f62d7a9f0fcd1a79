import { expect, test } from "vitest";
import { toCsv } from "./csv";

test("quotes what needs it, and runs no formula", () => {
  const rows = [
    ['a "b"', "x,y", 1],
    ["=SUM(A1)", "", -2],
  ];
  expect(toCsv(["one", "two", "three"], rows)).toBe('one,two,three\r\n"a ""b""","x,y",1\r\n\'=SUM(A1),,-2');
});
