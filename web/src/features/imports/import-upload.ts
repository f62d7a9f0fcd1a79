import { errorMessage } from "@/api/problems";
import type { Job } from "@/api/types";
import { followJob } from "@/components/jobs/followed-job";
import { plural } from "@/lib/format";
import { createStore } from "@/lib/store";
import { createImport, createNamedImport, type ImportOptions } from "./api/create-import";

export type ImportSource = { kind: "files"; files: readonly File[] } | { kind: "named"; name: string };

type UploadState =
  | { phase: "idle" }
  | { phase: "sending"; name: string; bytes: number; share: number; abort: () => void }
  | { phase: "failed"; reason: string };

/** The upload under way; it goes on while the user looks at other pages. */
export const importUpload = createStore<UploadState>({ phase: "idle" });

export function sourceTitle(source: ImportSource): string {
  if (source.kind === "named") return source.name;
  return source.files.length === 1 ? (source.files[0]?.name ?? "") : plural(source.files.length, "picture");
}

export const sourceBytes = (source: ImportSource): number =>
  source.kind === "named" ? 0 : source.files.reduce((sum, file) => sum + file.size, 0);

/** Sends what was chosen, then follows the job that imports it. */
export function startImport(source: ImportSource, options: ImportOptions): void {
  if (importUpload.get().phase === "sending") return;
  const set = importUpload.set;
  const sending = { phase: "sending", name: sourceTitle(source), bytes: sourceBytes(source), share: 0 } as const;
  let done: Promise<Job>;
  if (source.kind === "named") {
    set(() => ({ ...sending, abort: () => undefined }));
    done = createNamedImport(source.name, options);
  } else {
    const upload = createImport(source.files, options, (share) =>
      set((state) => (state.phase === "sending" ? { ...state, share } : state)),
    );
    set(() => ({ ...sending, abort: upload.abort }));
    done = upload.done;
  }
  done.then(
    (job) => {
      set(() => ({ phase: "idle" }));
      followJob("import", job.id);
    },
    (error: unknown) =>
      set(() => (error instanceof DOMException ? { phase: "idle" } : { phase: "failed", reason: errorMessage(error) })),
  );
}
