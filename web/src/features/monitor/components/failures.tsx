"use client";
import { CircleCheck } from "lucide-react";
import { useMonitoringSummary } from "@/api/monitoring";
import { Panel } from "@/components/layout/panel";
import { QueryStates } from "@/components/layout/states";
import { Cell, Table } from "@/components/ui/table";
import { formatCount } from "@/lib/format";
import { failureWords, WINDOW_WORDS, type WindowName } from "../answers";

/** The requests of a window that failed, by kind and by status. */
export function Failures({ window }: { window: WindowName }) {
  const query = useMonitoringSummary(window);
  return (
    <Panel title="Failures" description={`By kind, ${WINDOW_WORDS[window]}`}>
      <QueryStates query={query} skeleton="h-24" errorTitle="The failures could not be read">
        {({ failures, failure_codes: codes }) => {
          const statuses = Object.entries(failures);
          if (statuses.length === 0)
            return (
              <p className="flex items-center gap-2 text-sm">
                <CircleCheck className="size-4 text-positive" aria-hidden="true" /> No request failed.
              </p>
            );
          const kinds = Object.entries(codes).map(([code, count]) => [failureWords(code), count] as const);
          return (
            <Table label="Failures by kind" head={["Kind", "Requests"]} data-testid="failures">
              <tbody>
                {[...kinds, ...statuses.map(([status, count]) => [`HTTP ${status}`, count] as const)].map(
                  ([kind, count]) => (
                    <tr key={kind}>
                      <Cell>{kind}</Cell>
                      <Cell>{formatCount(count)}</Cell>
                    </tr>
                  ),
                )}
              </tbody>
            </Table>
          );
        }}
      </QueryStates>
    </Panel>
  );
}
