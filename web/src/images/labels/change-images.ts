import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";
import type { ChangeResult, ImagesChange } from "@/api/types";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { changeWords } from "../image-words";

/** The first words of the keys of all queries that a change of images may make stale. */
const STALE = [
  "images",
  "insights",
  "issues",
  "dataset-versions",
  "embedding-map",
  "mistakes",
  "worth-labelling",
  "learning-curve",
  "training-options",
  "review",
];
const MOST_UNDOS = 100;
const TOAST = { id: "change-images", duration: 10_000 };

interface Done {
  change: ImagesChange;
  result: ChangeResult;
}

/** What can be undone, latest last; it outlives the page on which it was done. */
const done: Done[] = [];
let undoing = false;

/**
 * Asks again for all queries whose key begins with this word.
 * A first answer that is still under way may be from before the change, and invalidating does not ask for it again.
 */
export async function renew(queries: QueryClient, name: string): Promise<void> {
  await queries.cancelQueries({ queryKey: [name], predicate: ({ state }) => state.data === undefined });
  await queries.invalidateQueries({ queryKey: [name] });
}

/** Asks again for all that shows images, or counts them. */
export async function renewImages(queries: QueryClient): Promise<void> {
  await Promise.all(STALE.map((name) => renew(queries, name)));
}

const patchImages = (change: ImagesChange) =>
  unwrap(client.PATCH("/api/images", { body: { keep: [], reopen: [], whole_groups: false, reason: "", ...change } }));

async function undoChange({ change, result }: Done): Promise<number> {
  const { ids, keep = [], reopen = [] } = change;
  if (keep.length + reopen.length > 0) await patchImages({ ids, keep: reopen, reopen: keep });
  if (result.new_version === null) return 0;
  const path = { version: result.new_version };
  return (await unwrap(client.POST("/api/dataset-versions/{version}/revert", { params: { path } }))).skipped;
}

/**
 * Changes many images at once: `change.mutate({ ids, label?, split?, excluded?, keep?, reopen?, reason? })`.
 * Tells what was done in a toast with "Undo", and renews all that shows images (keys that begin with one of `STALE`).
 * While a component that uses it is shown, `U` and Ctrl+Z undo the latest change, again and again; `change.undo` too.
 */
export function useChangeImages() {
  const queries = useQueryClient();
  const renewAll = () => void renewImages(queries);
  /** Several components may hear the same key: the first undoes, the others find it under way. */
  const undo = async () => {
    const last = undoing ? undefined : done.pop();
    if (!last) return;
    undoing = true;
    try {
      const skipped = await undoChange(last);
      const description = skipped > 0 ? `${skipped} were changed again since, and stay as they are.` : undefined;
      toast.success(`Undone: ${changeWords(last.change, last.result.changed)}`, {
        ...TOAST,
        description,
        action: null,
      });
    } catch (error) {
      done.push(last);
      toast.error("It could not be undone", { ...TOAST, description: errorMessage(error), action: null });
    } finally {
      undoing = false;
      renewAll();
    }
  };
  useHotkeys({ u: () => void undo(), "mod+z": () => void undo() });
  const mutation = useMutation({
    mutationFn: patchImages,
    onSuccess: (result, change) => {
      renewAll();
      const words = changeWords(change, result.changed);
      if (result.changed === 0) {
        toast(words, { ...TOAST, action: null });
        return;
      }
      done.splice(0, done.length - MOST_UNDOS + 1);
      done.push({ change, result });
      toast.success(words, { ...TOAST, description: null, action: { label: "Undo", onClick: () => void undo() } });
    },
    onError: (error) =>
      toast.error("Nothing was changed", { ...TOAST, description: errorMessage(error), action: null }),
  });
  return { ...mutation, undo };
}
