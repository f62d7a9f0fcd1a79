import { client, unwrap } from "@/api/client";
import type { Job } from "@/api/types";
import { type Upload, upload } from "@/api/upload";

export type SplitMode = "auto" | "train" | "test";

export interface ImportOptions {
  split: SplitMode;
  /** The class of loose images; empty when it is not known. */
  label: string;
  /** Takes a named data set without its classes. */
  unlabeled: boolean;
}

/** Sends one labelled ZIP, or loose images of one class or of none; answers with the job that imports them. */
export function createImport(
  files: readonly File[],
  { split, label }: ImportOptions,
  onProgress: (share: number) => void,
): Upload<Job> {
  const form = new FormData();
  const [first] = files;
  if (files.length === 1 && first && isArchive(first)) form.append("file", first);
  else {
    if (label) form.append("label", label);
    for (const file of files) form.append("files", file);
  }
  return upload<Job>(`/api/imports?split=${split}`, form, onProgress);
}

/** Has the server fetch a data set by its name. */
export function createNamedImport(source: string, { split, unlabeled }: ImportOptions): Promise<Job> {
  return unwrap(client.POST("/api/imports", { body: { source, split, unlabeled } }));
}

export function isArchive(file: Pick<File, "name" | "type">): boolean {
  return /\.zip$/i.test(file.name) || file.type === "application/zip";
}
