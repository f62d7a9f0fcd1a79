import type { Job } from "@/api/types";
import { type Upload, upload } from "@/api/upload";

export type SplitMode = "auto" | "train" | "test";

/** Sends one labelled ZIP, or loose pictures, which are kept unlabelled; answers with the job that imports them. */
export function createImport(
  files: readonly File[],
  split: SplitMode,
  onProgress: (share: number) => void,
): Upload<Job> {
  const form = new FormData();
  const [first] = files;
  if (files.length === 1 && first && isArchive(first)) form.append("file", first);
  else for (const file of files) form.append("files", file);
  return upload<Job>(`/api/imports?split=${split}`, form, onProgress);
}

export function isArchive(file: Pick<File, "name" | "type">): boolean {
  return /\.zip$/i.test(file.name) || file.type === "application/zip";
}
