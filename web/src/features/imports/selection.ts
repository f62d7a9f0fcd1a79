import { plural } from "@/lib/format";

export const MOST_LOOSE = 1_000;

export type ImportSource =
  | { kind: "files"; files: readonly File[]; leftOut: number }
  | { kind: "folder"; files: readonly File[]; leftOut: number }
  | { kind: "named"; name: string };

/** A file as a browser hands it over: the path in a folder that was dropped, or chosen, comes with it. */
interface Chosen extends Pick<File, "name" | "type" | "size"> {
  relativePath?: string;
  webkitRelativePath?: string;
}

const METADATA = /(^|\/)metadata\.(csv|jsonl)$/i;
const JUNK = /(^|\/)(\.|__MACOSX\/|(thumbs\.db|desktop\.ini)$)/i;

export const isArchive = (file: Pick<File, "name" | "type">): boolean =>
  /\.(zip|tar|tgz|tar\.(gz|bz2|xz))$/i.test(file.name) || file.type === "application/zip";

/** The path of a file below what was dropped or chosen, such as "pets/cats/1.jpg"; loose files have only a name. */
export function pathOf({ name, relativePath, webkitRelativePath }: Chosen): string {
  return (relativePath || webkitRelativePath || name).replace(/^(\.?\/)+/, "");
}

/** Without a type the server looks into the file; SVG is text. */
const mayBeImage = ({ type }: Chosen) => type === "" || (type.startsWith("image/") && type !== "image/svg+xml");

/** Sorts out what was chosen: what can be sent together, or why it cannot, in words. */
export function sortOut<T extends Chosen>(
  chosen: readonly T[],
): { kind: "files" | "folder"; files: T[]; leftOut: number } | { problem: string } {
  const visible = chosen.filter((file) => !JUNK.test(pathOf(file)));
  const inFolders = visible.some((file) => pathOf(file).includes("/"));
  const archives = inFolders ? [] : visible.filter(isArchive);
  const files = visible.filter(
    (file) => archives.includes(file) || mayBeImage(file) || (inFolders && METADATA.test(pathOf(file))),
  );
  const [first] = files;
  if (!first) {
    const what = chosen.length === 1 ? `${chosen[0]?.name} is no picture` : "There is no picture among these files";
    return { problem: `${what}. Send JPEG, PNG, WebP, GIF, BMP or TIFF pictures, a folder of them, or a ZIP.` };
  }
  if (archives.length > 1)
    return { problem: `${plural(archives.length, "archive")} were chosen. Send them one after the other.` };
  if (archives.length === 1 && files.length > 1)
    return { problem: "An archive and loose pictures were chosen. Send one or the other." };
  if (!inFolders && files.length > MOST_LOOSE) return { problem: tooMany(files.length) };
  if (files.length === 1 && first.size === 0) return { problem: `${first.name} is empty.` };
  return { kind: inFolders ? "folder" : "files", files, leftOut: visible.length - files.length };
}

export const tooMany = (count: number): string =>
  `${plural(count, "loose picture")} were chosen; ${plural(MOST_LOOSE, "picture")} can go at once. Put them into a folder for each class or into a ZIP, or send them in parts.`;

/** The one folder that holds all files; null where there are several. */
export function topFolder(files: readonly Chosen[]): string | null {
  const tops = new Set(files.map((file) => pathOf(file).split("/")[0] ?? ""));
  return tops.size === 1 ? ([...tops][0] ?? null) : null;
}

/** How many images lie directly in each folder. A label file is no image. */
export function folderCounts(files: readonly Chosen[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const path of files.map(pathOf)) {
    if (METADATA.test(path)) continue;
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    counts[folder] = (counts[folder] ?? 0) + 1;
  }
  return counts;
}

export const hasLabelFile = (files: readonly Chosen[]) => files.some((file) => METADATA.test(pathOf(file)));
