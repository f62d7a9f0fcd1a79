import type { Problem } from "./types";

/** What went wrong, in words that can be shown. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: number | null;

  constructor(detail: string, status: number, code: string, retryAfter: number | null = null) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** No answer at all: the server is stopped, or the network is down. */
export function unreachable(): ApiError {
  return new ApiError("The server does not answer. Check that it is running, then try again.", 0, "unreachable");
}

function isProblem(body: unknown): body is Pick<Problem, "detail"> & Partial<Problem> {
  return typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string";
}

/** Reads a problem (RFC 9457) from an answer; any other body, such as a proxy's HTML page, becomes a plain sentence. */
export function parseProblem(body: unknown, status: number, retryAfter: string | null = null): ApiError {
  const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  if (isProblem(body)) return new ApiError(body.detail, status, body.code ?? "unknown", seconds);
  const detail =
    status >= 500
      ? `The server failed with status ${status}. Its log says why; try again in a moment.`
      : `The server refused this with status ${status} and gave no reason.`;
  return new ApiError(detail, status, "unknown", seconds);
}

/** The sentence to show for anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong. Try again.";
}

/** Whether the same call may succeed when it is made again soon. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.code === "no_champion") return false;
  return error.status === 0 || error.status === 429 || error.status >= 502;
}
