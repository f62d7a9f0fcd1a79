import { afterEach, expect, test, vi } from "vitest";
import { parseEvents } from "./event-stream";

/** The module as a build makes it that names an address; `page` is where it is opened. */
async function built(address: string, page = "https://page.example") {
  vi.resetModules();
  vi.stubEnv("NEXT_PUBLIC_API_URL", address);
  vi.stubGlobal("location", new URL(page));
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  return { ...(await import("./remote")), kept };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test("on its own origin a page keeps no key", async () => {
  for (const address of ["", "https://page.example/"]) {
    const api = await built(address);
    api.keepKey("tap_x");
    expect([api.isRemote(), api.authorization(), api.kept.size]).toEqual([false, {}, 0]);
  }
  expect((await built("")).apiAddress("/api/jobs")).toBe("/api/jobs");
});

test("to another origin a page brings the key", async () => {
  const api = await built("https://api.example/");
  expect(api.apiAddress("/api/jobs")).toBe("https://api.example/api/jobs");
  expect(api.apiAddress("data:image/png;base64,")).toBe("data:image/png;base64,");
  api.keepKey("tap_x");
  expect(api.authorization()).toEqual({ Authorization: "Bearer tap_x" });
  api.keepKey(null);
  expect(api.authorization()).toEqual({});
});

test("no answer: the address is wrong, or the page is not allowed", async () => {
  const api = await built("https://api.example");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
  expect((await api.noAnswer()).message).toContain("Nothing answers at https://api.example");
  vi.stubGlobal("fetch", () => Promise.resolve(new Response()));
  const refused = await api.noAnswer();
  expect(refused.message).toContain("adds https://page.example to TELLAPART_ALLOWED_ORIGINS");
  expect(refused.code).toBe("cors");
});

test("events are taken apart as they come", () => {
  const first = parseEvents('id: 1\nevent: log\ndata: {"a":1}\n\n: still here\n\nevent: en');
  expect(first).toEqual({ events: [{ type: "log", data: '{"a":1}' }], left: "event: en" });
  expect(parseEvents(`${first.left}d\ndata: {}\n\n`).events).toEqual([{ type: "end", data: "{}" }]);
});
