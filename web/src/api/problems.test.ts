import { expect, test } from "vitest";
import { ApiError, errorMessage, isPassing, parseProblem, unreachable } from "./problems";

test("a problem keeps the server's words and code", () => {
  const body = {
    type: "/docs/errors#x",
    title: "No",
    status: 422,
    detail: "This is text.",
    code: "not_an_image",
  };
  const error = parseProblem(body, 422);
  expect([error.message, error.status, error.code]).toEqual(["This is text.", 422, "not_an_image"]);
});

test("any other body becomes a sentence", () => {
  expect(parseProblem("<html>Bad gateway</html>", 502).message).toContain("status 502");
  expect(parseProblem(undefined, 403).message).toContain("status 403");
  expect(parseProblem({ detail: [{ loc: ["body"] }] }, 422).code).toBe("unknown");
});

test("the time to wait is read", () => {
  expect(parseProblem({ detail: "Busy.", code: "overloaded" }, 429, "2").retryAfter).toBe(2);
  expect(parseProblem({ detail: "Busy." }, 503, "Sat, 21 Nov 2026 12:00:00 GMT").retryAfter).toBeNull();
});

test("only what passes by itself is tried again", () => {
  expect(isPassing(unreachable())).toBe(true);
  expect(isPassing(new ApiError("", 503, "overloaded"))).toBe(true);
  expect(isPassing(new ApiError("", 503, "no_champion"))).toBe(false);
  expect(isPassing(new ApiError("", 404, "not_found"))).toBe(false);
});

test("anything thrown has a sentence", () => {
  expect(errorMessage(new Error("Full."))).toBe("Full.");
  expect(errorMessage("?")).toMatch(/Try again/);
});
