"use client";
import { ScanSearch } from "lucide-react";
import { useState } from "react";
import { type Outcome, usePredictions } from "@/api/monitoring";
import type { LoggedPrediction } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { MoreButton } from "@/components/layout/endless-states";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Segmented } from "@/components/ui/choice";
import { Cell, Table } from "@/components/ui/table";
import { useClassColor } from "@/hooks/use-class-color";
import { formatMilliseconds, formatPercent } from "@/lib/format";
import { failureWords } from "../answers";

const OUTCOMES: readonly { value: Outcome | "all"; label: string }[] = [
  { value: "all", label: "All" },
  { value: "abstained", label: "Unknown" },
  { value: "failed", label: "Failed" },
];

/** What was asked last, and what was answered. */
export function LastPredictions() {
  const [outcome, setOutcome] = useState<Outcome | "all">("all");
  const query = usePredictions(outcome === "all" ? undefined : outcome);
  return (
    <Panel
      title="Last predictions"
      actions={<Segmented label="Which predictions" value={outcome} options={OUTCOMES} onChange={setOutcome} />}
    >
      <QueryStates query={query} skeleton="h-64" errorTitle="The predictions could not be listed">
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0)
            return (
              <EmptyState icon={ScanSearch} title={outcome === "all" ? "Nothing was asked yet" : "None of this kind"}>
                Every picture that is asked about is listed here with its answer.
              </EmptyState>
            );
          return (
            <>
              <Table label="Last predictions" head={HEAD} data-testid="predictions">
                <tbody>
                  {items.map((item) => (
                    <Row key={item.id} item={item} />
                  ))}
                </tbody>
              </Table>
              <MoreButton query={query} label="Show earlier ones" />
            </>
          );
        }}
      </QueryStates>
    </Panel>
  );
}

const HEAD = ["Answer", "Confidence", "Took", "Version", "Asked by", "When"];

function Row({ item }: { item: LoggedPrediction }) {
  return (
    <tr>
      <Cell className="max-w-56 min-w-40">
        <Answer item={item} />
      </Cell>
      <Cell>{item.confidence !== null && formatPercent(item.confidence)}</Cell>
      <Cell className="whitespace-nowrap">{formatMilliseconds(item.timing_ms.total)}</Cell>
      <Cell>{item.model_version}</Cell>
      <Cell className="text-muted-foreground">{item.route}</Cell>
      <Cell className="text-muted-foreground">
        <RelativeTime iso={item.at} />
      </Cell>
    </tr>
  );
}

function Answer({ item: { label, outcome, code, status, abstained_because, feedback } }: { item: LoggedPrediction }) {
  const color = useClassColor();
  if (outcome === "failed" || label === null)
    return (
      <span className="text-negative">
        {code ? failureWords(code) : "failed"} <span className="text-muted-foreground">{status}</span>
      </span>
    );
  const said = feedback && (feedback.correct ? "said to be right" : `said to be ${feedback.label ?? "wrong"}`);
  return (
    <>
      {outcome === "abstained" ? (
        <span>
          {abstained_because === "unlike_training_data" ? "Nothing it knows" : "Not sure"}{" "}
          <span className="text-xs text-muted-foreground">best guess {label}</span>
        </span>
      ) : (
        <ClassLabel label={label} color={color(label)} className="max-w-full" />
      )}
      {said && <span className="block text-xs text-muted-foreground">{said}</span>}
    </>
  );
}
