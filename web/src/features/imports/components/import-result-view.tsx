import type { ImportResult } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { Link } from "@/components/ui/link";
import { issueAddress } from "@/images/issue-kinds";
import { formatCount } from "@/lib/format";

const LISTED_CLASSES = 30;

function skippedWords(kind: string, count: number, names: string[] = []): string {
  const more = count > names.length ? ", …" : "";
  return `${formatCount(count)} ${kind}${names.length > 0 ? ` (${names.join(", ")}${more})` : ""}`;
}

/** How many came in of each class; of many classes the first, and how many more there are. */
export function addedWords(byClass: ImportResult["classes"]): string {
  const classes = Object.entries(byClass);
  const shown = classes.slice(0, LISTED_CLASSES).map(([label, count]) => `${label}: ${formatCount(count)}`);
  const rest = classes.length - shown.length;
  return `Added by class: ${shown.join(" · ")}${rest > 0 ? ` · and ${formatCount(rest)} more classes` : ""}`;
}

/** What an import did, in numbers; those that ask for something lead to it. */
export function ImportResultView({ result }: { result: ImportResult | null }) {
  if (!result) return null;
  const skipped = Object.entries(result.skipped);
  const { notes = [], skipped_examples: examples = {} } = result;
  const seeConflicts = (
    <Link href={issueAddress("label_conflict")} className="underline underline-offset-2">
      decide which
    </Link>
  );
  return (
    <div className="grid gap-4" data-testid="import-result">
      <Figures
        facts={[
          { term: "Added", value: formatCount(result.added) },
          ...(result.labeled > 0 ? [{ term: "Got their class", value: formatCount(result.labeled) }] : []),
          { term: "There already", value: formatCount(result.duplicates) },
          {
            term: "There under another class",
            value: formatCount(result.conflicts),
            note: result.conflicts > 0 && seeConflicts,
          },
          {
            term: "Set aside",
            value: formatCount(result.quarantined),
            note: result.quarantined > 0 && "listed below",
          },
        ]}
      />
      {notes.map((note) => (
        <p key={note} className="text-sm">
          {note}
        </p>
      ))}
      {skipped.length > 0 && (
        <p className="text-sm text-muted-foreground">
          Skipped, as no pictures:{" "}
          {skipped.map(([kind, count]) => skippedWords(kind, count, examples[kind])).join(" · ")}
        </p>
      )}
      {Object.keys(result.classes).length > 0 && (
        <p className="text-sm text-muted-foreground">{addedWords(result.classes)}</p>
      )}
    </div>
  );
}
