import type { ImportResult } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { formatCount, plural } from "@/lib/format";

/** What an import did: the numbers, and each file that could not be used with the reason. */
export function ImportResultView({ result }: { result: ImportResult | null }) {
  if (!result) return null;
  const classes = Object.entries(result.classes);
  const skipped = Object.entries(result.skipped);
  return (
    <div className="grid gap-5" data-testid="import-result">
      <Figures
        facts={[
          { term: "Added", value: formatCount(result.added) },
          ...(result.labeled > 0 ? [{ term: "Got their class", value: formatCount(result.labeled) }] : []),
          { term: "There already", value: formatCount(result.duplicates) },
          { term: "There under another class", value: formatCount(result.conflicts), note: "left out" },
          { term: "Set aside", value: formatCount(result.quarantined), note: "could not be used" },
        ]}
      />
      {skipped.length > 0 && (
        <p className="text-sm text-muted-foreground">
          Skipped, as no pictures: {skipped.map(([kind, count]) => `${formatCount(count)} ${kind}`).join(" · ")}
        </p>
      )}
      {classes.length > 0 && classes.length <= 30 && (
        <p className="text-sm text-muted-foreground">
          Added by class: {classes.map(([label, count]) => `${label}: ${formatCount(count)}`).join(" · ")}
        </p>
      )}
      {result.rejected.length > 0 && (
        <div>
          <h3 className="mb-1 text-sm font-medium">{plural(result.quarantined, "file was", "files were")} set aside</h3>
          <div className="max-h-64 overflow-y-auto">
            <Table label="Files that were set aside">
              <thead>
                <tr>
                  <HeadCell>File</HeadCell>
                  <HeadCell>Why</HeadCell>
                </tr>
              </thead>
              <tbody>
                {result.rejected.map((file) => (
                  <tr key={file.name}>
                    <Cell className="break-all">{file.name}</Cell>
                    <Cell className="text-muted-foreground">{file.reason}</Cell>
                  </tr>
                ))}
              </tbody>
            </Table>
          </div>
        </div>
      )}
    </div>
  );
}
