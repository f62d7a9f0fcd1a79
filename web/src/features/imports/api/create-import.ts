import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Job, SplitMode } from "@/api/types";
import { type Upload, upload } from "@/api/upload";
import { folderCounts, isArchive, pathOf } from "../selection";

export interface ImportOptions {
  split: SplitMode;
  /** The class of loose images; empty when it is not known. */
  label: string;
  /** Takes a ZIP or a named data set without its classes. */
  unlabeled: boolean;
  /** The folders of the files say their classes. */
  folders: boolean;
  /** Which images no split parts: `auto`, `none` or a regular expression. */
  groupBy: string;
}

export const USUAL_OPTIONS: ImportOptions = {
  split: "auto",
  label: "",
  unlabeled: false,
  folders: true,
  groupBy: "auto",
};

/** Sends one labelled ZIP, a folder, or loose images of one class or of none; answers with the job that imports them. */
export function createImport(
  files: readonly File[],
  { split, label, unlabeled, folders, groupBy }: ImportOptions,
  onProgress: (share: number) => void,
): Upload<Job> {
  const form = new FormData();
  const [first] = files;
  if (files.length === 1 && first && isArchive(first)) form.append("file", first);
  else {
    if (label) form.append("label", label);
    for (const file of files) form.append("files", file, folders ? pathOf(file) : file.name);
  }
  const asked = { split, unlabeled: `${unlabeled}`, folders: `${folders}`, group_by: groupBy };
  return upload<Job>(`/api/imports?${new URLSearchParams(asked)}`, form, onProgress);
}

/** Has the server fetch a data set by its name. */
export function createNamedImport(source: string, { split, unlabeled, groupBy }: ImportOptions): Promise<Job> {
  return unwrap(client.POST("/api/imports", { body: { source, split, unlabeled, group_by: groupBy } }));
}

/** Which classes the folders of files would become; nothing but their names is sent. */
export function useFolderPreview(files: readonly File[], enabled: boolean) {
  const folders = folderCounts(files);
  return useQuery({
    queryKey: ["import-preview", folders],
    queryFn: () => unwrap(client.POST("/api/import-previews", { body: { folders } })),
    enabled,
  });
}
