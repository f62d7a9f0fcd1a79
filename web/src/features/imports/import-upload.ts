import { errorMessage } from "@/api/problems";
import { followJob } from "@/features/jobs/hooks/use-followed-job";
import { createStore } from "@/lib/store";
import { createImport, type SplitMode } from "./api/create-import";
import { selectionProblem } from "./selection";

type UploadState =
  | { phase: "idle" }
  | { phase: "sending"; name: string; bytes: number; share: number; abort: () => void }
  | { phase: "failed"; reason: string };

/** The upload under way; it goes on while the user looks at other pages. */
export const importUpload = createStore<UploadState>({ phase: "idle" });

function fail(reason: string): void {
  importUpload.set(() => ({ phase: "failed", reason }));
}

/** Sends files, then follows the job that imports them. */
export function startImport(files: readonly File[], split: SplitMode): void {
  if (files.length === 0 || importUpload.get().phase === "sending") return;
  const problem = selectionProblem(files);
  if (problem) {
    fail(problem);
    return;
  }
  const { done, abort } = createImport(files, split, (share) =>
    importUpload.set((state) => (state.phase === "sending" ? { ...state, share } : state)),
  );
  const name = files.length === 1 ? (files[0]?.name ?? "") : `${files.length} pictures`;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  importUpload.set(() => ({ phase: "sending", name, bytes, share: 0, abort }));
  done.then(
    (job) => {
      importUpload.set(() => ({ phase: "idle" }));
      followJob("import", job.id);
    },
    (error: unknown) => {
      if (error instanceof DOMException) importUpload.set(() => ({ phase: "idle" }));
      else fail(errorMessage(error));
    },
  );
}
