const NAME = "tellapart-review";
let made: string | undefined;

/** Tells this tab from others, so that two people who review get different images. A reload keeps it. */
export function clientToken(): string {
  if (made) return made;
  try {
    made = sessionStorage.getItem(NAME) ?? newToken();
    sessionStorage.setItem(NAME, made);
  } catch {
    made = newToken(); // Storage may be blocked: then a reload is another reviewer.
  }
  return made;
}

function newToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
