"use client";
import { Play } from "lucide-react";
import { useJobs } from "@/api/jobs";
import { followJob } from "@/components/jobs/followed-job";
import { jobState } from "@/components/jobs/job-words";
import { accuracyOf } from "@/components/layout/accuracy";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";

const MOST = 8;

/** The latest trainings; one that is chosen is shown above, with its curves and its log. */
export function TrainingsList() {
  const query = useJobs("train");
  return (
    <Panel title="Trainings">
      <QueryStates query={query} skeleton="h-24" errorTitle="The trainings could not be loaded">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={Play} title="None yet" className="py-4">
              Each training is kept here, with its curves and its log.
            </EmptyState>
          ) : (
            <ul data-testid="trainings">
              {items.slice(0, MOST).map((job) => {
                const result = job.kind === "train" && job.result;
                return (
                  <li key={job.id} className="border-b last:border-0">
                    <button
                      type="button"
                      className="flex w-full items-baseline justify-between gap-4 py-2 text-left text-sm hover:bg-muted"
                      onClick={() => {
                        followJob("train", job.id);
                        window.scrollTo({ top: 0 });
                      }}
                    >
                      <span className={job.status === "failed" ? "text-negative" : undefined}>
                        {result ? `Version ${result.model_version}` : jobState(job)}
                        {result && <span className="text-muted-foreground"> · {accuracyOf(result.metrics)}</span>}
                      </span>
                      <span className="shrink-0 text-xs text-muted-foreground">
                        {job.kind === "train" && job.params?.recipe} · <RelativeTime iso={job.created_at} />
                      </span>
                    </button>
                  </li>
                );
              })}
            </ul>
          )
        }
      </QueryStates>
    </Panel>
  );
}
