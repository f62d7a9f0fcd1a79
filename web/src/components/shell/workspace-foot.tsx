"use client";
import { Activity } from "lucide-react";
import Link from "next/link";
import { useWorkspace } from "@/api/workspace";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { jobState, jobTitle } from "@/components/jobs/job-words";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";

/** Which workspace this is, and which version answers in it. */
export function WorkspaceName() {
  const { data, isError } = useWorkspace();
  if (!data) return isError ? null : <Skeleton className="h-9" />;
  return (
    <div className="min-w-0 px-2 text-sm leading-5">
      <p className="truncate font-medium" title={`${data.name} · Tellapart ${data.version}`}>
        {data.name}
      </p>
      {data.champion === null ? (
        <p className="text-xs text-muted-foreground">No model in service</p>
      ) : (
        <Link
          href={`/models/?version=${data.champion}`}
          className="text-xs text-muted-foreground hover:text-foreground hover:underline"
          title="The champion: the version that answers"
        >
          Version {data.champion} in service
        </Link>
      )}
    </div>
  );
}

/** The job that runs, with its share; without one, the way to the latest work. */
export function ActiveJob() {
  const job = useWorkspace().data?.active_job;
  if (!job) {
    return (
      <button
        type="button"
        title="Latest work"
        onClick={() => openJobPanel(null)}
        className="flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-sm text-muted-foreground hover:bg-muted hover:text-foreground folded:justify-center"
      >
        <Activity className="size-4 shrink-0" aria-hidden="true" />
        <span className="folded:sr-only">No work running</span>
      </button>
    );
  }
  const share = job.progress === null ? "" : ` ${Math.round(job.progress * 100)}%`;
  return (
    <button
      type="button"
      title={jobTitle(job)}
      onClick={() => openJobPanel(job.id)}
      className="grid w-full gap-1.5 rounded-md border bg-surface px-2 py-2 text-left text-xs hover:bg-muted"
    >
      <span className="flex justify-between gap-2 folded:justify-center">
        <span className="truncate font-medium folded:sr-only">
          <span className="sr-only">Running job: </span>
          {jobTitle(job)}
        </span>
        <span>{share}</span>
      </span>
      <Progress label={jobTitle(job)} value={job.progress} className="h-1" />
      <span className="truncate text-muted-foreground folded:sr-only">{jobState(job)}</span>
    </button>
  );
}
