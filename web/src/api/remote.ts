/** Where the API is: on the page's own origin, or on the one that the build names (`NEXT_PUBLIC_API_URL`). */
import { ApiError, unreachable } from "./problems";

const KEY = "tellapart-key";

/** The address that the build names, without a slash at its end; empty for the page's own origin. */
export const API_URL = (process.env.NEXT_PUBLIC_API_URL ?? "").replace(/\/+$/, "");

/** Whether the API is on another origin: then there is no cookie, and each request brings the key itself. */
export function isRemote(): boolean {
  return (
    API_URL !== "" && typeof location !== "undefined" && new URL(API_URL, location.href).origin !== location.origin
  );
}

/** The whole address of a path of the API. Other addresses, such as `data:` ones, stay as they are. */
export const apiAddress = (path: string): string => (path.startsWith("/") ? API_URL + path : path);

/** Keeps the key until the tab is closed; only where no cookie can. */
export function keepKey(key: string | null): void {
  if (key === null || !isRemote()) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, key);
}

/** The header that a request to an API elsewhere brings; none on the page's own origin. */
export function authorization(): Record<string, string> {
  const key = isRemote() ? sessionStorage.getItem(KEY) : null;
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

/** `fetch` with the key, where one has to be brought. */
export function apiFetch(input: Request | string, init: RequestInit = {}): Promise<Response> {
  const request = new Request(typeof input === "string" ? apiAddress(input) : input, init);
  for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value);
  return globalThis.fetch(request);
}

/** Why there is no answer at all. A browser does not say; but what it may not read it can still reach. */
export async function noAnswer(): Promise<ApiError> {
  if (!isRemote()) return unreachable();
  const probe = { mode: "no-cors", cache: "no-store" } as const;
  const reached = await fetch(apiAddress("/livez"), probe).then(
    () => true,
    () => false,
  );
  const detail = reached
    ? `A server answers at ${API_URL}, but not to this page (CORS). Whoever runs it adds ${location.origin} to TELLAPART_ALLOWED_ORIGINS; if it is no Tellapart, NEXT_PUBLIC_API_URL is wrong.`
    : `Nothing answers at ${API_URL}. Check that the server runs, and that NEXT_PUBLIC_API_URL, with which this page was built, is its address.`;
  return new ApiError(detail, 0, reached ? "cors" : "unreachable");
}
