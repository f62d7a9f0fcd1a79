"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useState } from "react";
import type { ModelReport } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { Link } from "@/components/ui/link";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { useClassColor } from "@/hooks/use-class-color";
import { formatCount, formatPercent } from "@/lib/format";
import { mistakesAddress } from "./confusion";

type Row = ModelReport["per_class"][number];
type Key = keyof Row;
const COLUMNS: readonly { key: Key; name: string; help: string }[] = [
  { key: "label", name: "Class", help: "Name of the class" },
  { key: "precision", name: "Precision", help: "Of the pictures taken for this class, the share that is" },
  { key: "recall", name: "Recall", help: "Of the pictures of this class, the share that is recognised" },
  { key: "f1", name: "F1", help: "Harmonic mean of precision and recall" },
  { key: "support", name: "Test pictures", help: "Test pictures of this class" },
];

const MEANS = [
  {
    name: "Mean of the classes",
    help: "Macro: each class counts the same",
    metrics: ["precision_macro", "recall_macro", "f1_macro"],
  },
  {
    name: "Mean by pictures",
    help: "Weighted: each class counts by its test pictures",
    metrics: ["precision_weighted", "recall_weighted", "f1_weighted"],
  },
] as const;

function compare(a: Row, b: Row, key: Key): number {
  return key === "label" ? a.label.localeCompare(b.label, "en", { numeric: true }) : (a[key] ?? 2) - (b[key] ?? 2);
}

/** How well each class is told apart; the weakest first. */
export function PerClassTable({ report }: { report: ModelReport }) {
  const [sort, setSort] = useState<{ key: Key; up: boolean }>({ key: "f1", up: true });
  const color = useClassColor(report.class_names);
  const rows = report.per_class.toSorted((a, b) => compare(a, b, sort.key) * (sort.up ? 1 : -1));
  return (
    <div className="max-h-[36rem] overflow-y-auto">
      <Table label="Class by class">
        <thead>
          <tr>
            {COLUMNS.map(({ key, name, help }) => (
              <HeadCell
                key={key}
                className={key === "label" ? "" : "text-right"}
                aria-sort={sort.key === key ? (sort.up ? "ascending" : "descending") : "none"}
              >
                <button
                  type="button"
                  title={help}
                  className="inline-flex items-center gap-1 rounded-sm hover:text-foreground"
                  onClick={() => setSort({ key, up: sort.key === key ? !sort.up : true })}
                >
                  {name}
                  {sort.key === key && (sort.up ? <ArrowUp className="size-3" /> : <ArrowDown className="size-3" />)}
                </button>
              </HeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <Cell className="max-w-40">
                <Link
                  href={mistakesAddress(report.version, { truth: row.label })}
                  title={`${row.label} taken for another class`}
                  className="underline-offset-4 hover:underline"
                >
                  <ClassLabel label={row.label} color={color(row.label)} className="max-w-full" />
                </Link>
              </Cell>
              <Cell className="text-right">{formatPercent(row.precision)}</Cell>
              <Cell className="text-right">{formatPercent(row.recall)}</Cell>
              <Cell className="text-right">{formatPercent(row.f1)}</Cell>
              <Cell className="text-right">{formatCount(row.support)}</Cell>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {MEANS.map(({ name, help, metrics }) => (
            <tr key={name} title={help} className="text-muted-foreground">
              <Cell>{name}</Cell>
              {metrics.map((metric) => (
                <Cell key={metric} className="text-right">
                  {formatPercent(report.metrics[metric])}
                </Cell>
              ))}
              <Cell className="text-right">{formatCount(report.metrics.total)}</Cell>
            </tr>
          ))}
        </tfoot>
      </Table>
    </div>
  );
}
