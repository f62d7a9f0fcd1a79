"use client";
import { ChevronRight, CircleAlert, CircleCheck } from "lucide-react";
import { useInsights } from "@/api/insights";
import { useJobs } from "@/api/jobs";
import { useModels } from "@/api/models";
import { useDrift, useMonitoringSummary } from "@/api/monitoring";
import { Panel } from "@/components/layout/panel";
import { ErrorState } from "@/components/layout/states";
import { Skeleton } from "@/components/ui/skeleton";
import { type Attention, attention } from "../attention";
import { LinkOrJob } from "./link-or-job";

/** What needs the user: faults, a refused challenger, and what is wrong with the data. */
export function AttentionPanel() {
  const queries = [useInsights(), useModels(), useJobs(), useMonitoringSummary("24h"), useDrift("24h")] as const;
  const [insights, models, jobs, day, drift] = queries;
  const failed = queries.find(({ isError, data }) => isError && data === undefined);
  const known = {
    insights: insights.data,
    models: models.data?.items,
    jobs: jobs.data?.items,
    day: day.data,
    drift: drift.data,
  };
  const items = attention(known);
  const complete = queries.every(({ data }) => data !== undefined);
  return (
    <Panel title="Needs attention">
      {failed && (
        <ErrorState
          title="Not all could be found out"
          error={failed.error}
          onRetry={() => {
            for (const { isError, refetch } of queries) if (isError) void refetch();
          }}
        />
      )}
      {!complete && !failed && (
        <div role="status" aria-busy="true" aria-label="Loading">
          <Skeleton className="h-40" />
        </div>
      )}
      {complete && items.length === 0 && (
        <p className="flex items-center gap-2 text-sm">
          <CircleCheck className="size-4 text-positive" aria-hidden="true" /> Nothing needs you now.
        </p>
      )}
      {(complete || failed) && (
        <ul data-testid="attention">
          {items.map((item) => (
            <Item key={item.title} item={item} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const ROW =
  "flex w-full items-start gap-3 border-b border-border/70 py-2.5 text-left text-sm hover:bg-muted group-last:border-0";

function Item({ item: { title, note, urgent, href, jobId } }: { item: Attention }) {
  return (
    <li className="group">
      <LinkOrJob href={href} jobId={jobId} className={ROW}>
        {urgent && <CircleAlert className="mt-0.5 size-4 shrink-0 text-negative" aria-label="Urgent" />}
        <span className="min-w-0 flex-1">
          <span className="font-medium">{title}</span>
          {note && <span className="block text-xs break-words text-muted-foreground">{note}</span>}
        </span>
        <ChevronRight className="mt-0.5 size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
      </LinkOrJob>
    </li>
  );
}
