import createClient from "openapi-fetch";
import type { paths } from "./generated/schema";
import { parseProblem } from "./problems";
import { API_URL, apiFetch, noAnswer } from "./remote";

/** The generated client. */
export const client = createClient<paths>({ baseUrl: API_URL, fetch: (request) => apiFetch(request) });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws an `ApiError` with the server's words otherwise. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch(async (error: unknown) => {
    throw error instanceof DOMException ? error : await noAnswer();
  });
  if (!answer.response.ok || answer.data === undefined)
    throw parseProblem(answer.error, answer.response.status, answer.response.headers.get("Retry-After"));
  return answer.data;
}
