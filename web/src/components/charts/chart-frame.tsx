"use client";
import { ChartNoAxesColumn, Download, Table2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Cell, Table } from "@/components/ui/table";
import { saveText, toCsv, type Cell as Value } from "@/lib/csv";

interface ChartFrameProps {
  /** What the chart is about; makes the answer the heading of its panel. */
  topic?: string;
  /** The answer that the chart gives. */
  title: string;
  header: readonly string[];
  rows: readonly (readonly Value[])[];
  children: ReactNode;
}

/** A chart with its answer as the title, which can be read as a table and taken away as CSV. */
export function ChartFrame({ topic, title, header, rows, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="min-w-0">
      <div className="mb-3 flex items-start justify-between gap-3">
        <figcaption>
          {topic && <p className="small-caps mb-1">{topic}</p>}
          {topic ? (
            <h2 className="text-base font-semibold tracking-tight">{title}</h2>
          ) : (
            <p className="text-sm font-medium">{title}</p>
          )}
        </figcaption>
        <div className="-mt-1.5 flex shrink-0">
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={asTable ? `Show as chart: ${title}` : `Show as table: ${title}`}
            title={asTable ? "As chart" : "As table"}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <ChartNoAxesColumn /> : <Table2 />}
          </Button>
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`Download as CSV: ${title}`}
            title="Download as CSV"
            onClick={() => saveText("tellapart.csv", toCsv(header, rows))}
          >
            <Download />
          </Button>
        </div>
      </div>
      {asTable ? (
        <Table label={title} head={header} className="[&_td]:py-1.5">
          <tbody>
            {rows.map((row) => (
              <tr key={row.join("\n")}>
                {row.map((value, index) => (
                  <Cell key={header[index]}>{value}</Cell>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      ) : (
        // A tooltip keeps its place while the window becomes narrower.
        <div className="overflow-x-clip">{children}</div>
      )}
    </figure>
  );
}
