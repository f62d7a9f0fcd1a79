import { toast } from "sonner";
import { errorMessage } from "@/api/problems";
import type { Job } from "@/api/types";
import { followJob } from "@/components/jobs/followed-job";
import { sending } from "@/components/jobs/sending";
import { plural } from "@/lib/format";
import { createStore } from "@/lib/store";
import { createImport, createNamedImport, type ImportOptions } from "./api/create-import";
import { type ImportSource, topFolder } from "./selection";

/** Why the latest import could not be started, in words. */
export const importProblem = createStore<string | null>(null);

/** What is said of the expression that names the groups; null when it is about something else. */
export const groupProblem = (problem: string): string | null =>
  problem.startsWith("group_by: ") ? problem.slice("group_by: ".length) : null;

export function sourceTitle(source: ImportSource): string {
  if (source.kind === "named") return source.name;
  if (source.kind === "folder") return topFolder(source.files) ?? plural(source.files.length, "picture");
  return source.files.length === 1 ? (source.files[0]?.name ?? "") : plural(source.files.length, "picture");
}

export const sourceBytes = (source: ImportSource): number =>
  source.kind === "named" ? 0 : source.files.reduce((sum, file) => sum + file.size, 0);

/** Sends what was chosen, then follows the job that imports it. */
export function startImport(source: ImportSource, options: ImportOptions): void {
  if (sending.get()) return;
  const name = sourceTitle(source);
  const begun = { name, bytes: sourceBytes(source), share: 0, startedAt: Date.now(), abort: () => {} };
  importProblem.set(() => null);
  let done: Promise<Job>;
  if (source.kind === "named") {
    sending.set(() => begun);
    done = createNamedImport(source.name, options);
  } else {
    const tell = (share: number) => sending.set((state) => state && { ...state, share });
    const upload = createImport(source.files, options, tell);
    sending.set(() => ({ ...begun, abort: upload.abort }));
    done = upload.done;
  }
  void done
    .then((job) => followJob("import", job.id))
    .catch((error: unknown) => {
      if (error instanceof DOMException) return; // The user stopped it.
      importProblem.set(() => errorMessage(error));
      toast.error(`${name} was not imported`, { description: errorMessage(error) });
    })
    .finally(() => sending.set(() => null));
}
