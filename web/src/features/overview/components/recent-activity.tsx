"use client";
import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { client, unwrap } from "@/api/client";
import { useJobs } from "@/api/jobs";
import { usePromotions } from "@/api/models";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { activity, type Happening } from "../activity";
import { LinkOrJob } from "./link-or-job";

const LATEST = 8;

/** What happened last: jobs, changes of the data, changes of champion. */
export function RecentActivity() {
  const versions = useQuery({
    queryKey: ["dataset-versions", "latest"],
    queryFn: () => unwrap(client.GET("/api/dataset-versions", { params: { query: { limit: LATEST } } })),
  });
  const queries = [useJobs(), versions, usePromotions()] as const;
  const [jobs, , promotions] = queries;
  const failed = queries.find(({ isError, data }) => isError && data === undefined);
  const ready =
    jobs.data && versions.data && promotions.data
      ? activity(jobs.data.items, versions.data.items, promotions.data.items)
      : undefined;
  const query = {
    data: ready,
    isError: failed !== undefined,
    error: failed?.error ?? null,
    refetch: () => failed?.refetch(),
  };
  return (
    <Panel title="Recent activity">
      <QueryStates query={query} skeleton="h-64" errorTitle="What happened could not be loaded">
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={History} title="Nothing has happened yet" className="py-6">
              Imports, trainings and changes of the data are listed here.
            </EmptyState>
          ) : (
            <ol data-testid="activity">
              {items.map((item) => (
                <Row key={item.key} item={item} />
              ))}
            </ol>
          )
        }
      </QueryStates>
    </Panel>
  );
}

const ROW = "flex w-full items-baseline justify-between gap-4 py-2 text-left text-sm hover:bg-muted";

function Row({ item: { at, title, note, failed, href, jobId } }: { item: Happening }) {
  return (
    <li className="border-b border-border/70 last:border-0">
      <LinkOrJob href={href} jobId={jobId} className={ROW}>
        <span className="min-w-0">
          <span className="block truncate">{title}</span>
          {note && (
            <span className={failed ? "block text-xs text-negative" : "block truncate text-xs text-muted-foreground"}>
              {note}
            </span>
          )}
        </span>
        <span className="shrink-0 text-xs text-muted-foreground">
          <RelativeTime iso={at} />
        </span>
      </LinkOrJob>
    </li>
  );
}
