import type { MouseEvent } from "react";
import { toast } from "sonner";
import { errorMessage, parseProblem } from "./problems";
import { apiFetch, isRemote, noAnswer } from "./remote";

/** Hands a file of the API to the browser. From another origin it is fetched first, since a link brings no key. */
export async function download(path: string): Promise<void> {
  if (!isRemote()) {
    save(path, "");
    return;
  }
  const answer = await apiFetch(path).catch(async () => {
    throw await noAnswer();
  });
  if (!answer.ok) throw parseProblem(await answer.json().catch(() => undefined), answer.status);
  const address = URL.createObjectURL(await answer.blob());
  save(address, fileName(answer.headers.get("Content-Disposition")) ?? path.split("?")[0]?.split("/").at(-1) ?? "");
  URL.revokeObjectURL(address);
}

/** What a download link does where its address alone would not do. */
export function downloadHere(event: MouseEvent<HTMLAnchorElement>): void {
  const path = event.currentTarget.getAttribute("href") ?? "";
  if (!isRemote() || !path.startsWith("/")) return;
  event.preventDefault();
  download(path).catch((error) => toast.error("The file could not be fetched", { description: errorMessage(error) }));
}

function save(address: string, name: string): void {
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
}

function fileName(disposition: string | null): string | undefined {
  return disposition?.match(/filename="?([^";]+)"?/)?.[1];
}
