"use client";
import type { ImportPreview } from "@/api/types";
import { QueryStates } from "@/components/layout/states";
import { SPLITS } from "@/images/image-words";
import { classOrder } from "@/lib/class-colors";
import { formatCount, plural } from "@/lib/format";
import { useFolderPreview } from "../api/create-import";
import { hasLabelFile } from "../selection";

const MOST_NAMED = 30;

/** What the folders will be read as, before anything of them is sent. */
export function FolderClasses({ files }: { files: readonly File[] }) {
  const listed = hasLabelFile(files);
  const query = useFolderPreview(files, !listed);
  if (listed) return <p className="text-sm">The file metadata.csv or metadata.jsonl in it says the classes.</p>;
  return (
    <QueryStates query={query} skeleton="h-5 w-64" errorTitle="The folders could not be read">
      {(preview) => (
        <div className="grid gap-1 text-sm" data-testid="folder-classes">
          {previewWords(preview).map((words) => (
            <p key={words} className="first:font-medium not-first:text-muted-foreground">
              {words}
            </p>
          ))}
        </div>
      )}
    </QueryStates>
  );
}

/** "2 classes: cat 25, dog 25", and what else there is to say. */
export function previewWords({ classes, splits, unlabeled, refused, warning }: ImportPreview): string[] {
  const names = classOrder(Object.keys(classes));
  const shown = names.slice(0, MOST_NAMED).map((name) => `${name} ${formatCount(classes[name] ?? 0)}`);
  const more = names.length > MOST_NAMED ? ` and ${plural(names.length - MOST_NAMED, "more", "more")}` : "";
  const parts = SPLITS.flatMap(({ split, label }) => (splits[split] ? `${label} ${formatCount(splits[split])}` : []));
  return [
    names.length > 0 ? `${plural(names.length, "class", "classes")}: ${shown.join(", ")}${more}` : "No class",
    ...(warning ? [warning] : []),
    ...(parts.length > 0 ? [`The folders name the splits: ${parts.join(", ")}`] : []),
    ...(unlabeled > 0 ? [`${plural(unlabeled, "picture")} in no folder of a class`] : []),
    ...(refused > 0 ? [`${plural(refused, "picture")} whose folder has a name that no class can have`] : []),
  ];
}
