import { plural } from "@/lib/format";
import { isArchive } from "./api/create-import";

export const MOST_LOOSE = 1_000;

type Chosen = Pick<File, "name" | "type" | "size">;

/** What cannot be sent together, in words; null when the files can go. */
export function selectionProblem(files: readonly Chosen[]): string | null {
  const archives = files.filter(isArchive).length;
  if (archives > 1) return `${plural(archives, "ZIP file")} were chosen. Send them one after the other.`;
  if (archives === 1 && files.length > 1) return "A ZIP and loose pictures were chosen. Send one or the other.";
  if (files.length > MOST_LOOSE)
    return `${plural(files.length, "loose picture")} were chosen; ${plural(MOST_LOOSE, "picture")} can go at once. Put them into a ZIP, or send them in parts.`;
  const empty = files.find((file) => file.size === 0);
  if (empty && files.length === 1) return `${empty.name} is empty.`;
  return null;
}
