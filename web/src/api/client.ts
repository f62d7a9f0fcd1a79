import createClient from "openapi-fetch";
import type { paths } from "./generated/schema";
import { parseProblem, unreachable } from "./problems";

/** The generated client; page and API come from one origin. */
export const client = createClient<paths>({ baseUrl: "", fetch: (request) => globalThis.fetch(request) });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws an `ApiError` with the server's words otherwise. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    throw error instanceof DOMException ? error : unreachable();
  });
  if (!answer.response.ok || answer.data === undefined)
    throw parseProblem(answer.error, answer.response.status, answer.response.headers.get("Retry-After"));
  return answer.data;
}
