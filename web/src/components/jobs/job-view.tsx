"use client";
import { CircleAlert, RotateCw, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useCancelJob, useResumeJob } from "@/api/jobs";
import type { Job } from "@/api/types";
import { useWorkspace } from "@/api/workspace";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import { useNow } from "@/hooks/use-now";
import { formatDuration } from "@/lib/format";
import { JobLog } from "./job-log";
import { figures, isFinished, isResumable, timeLeft } from "./job-stream";
import { jobState, jobTitle } from "./job-words";
import { TrainingCharts } from "./training-charts";
import type { Figures } from "./training-curves";
import { useJobStream } from "./use-job-stream";

interface JobViewProps {
  id: string;
  /** Shown once the job has succeeded. */
  result?: (job: Job) => ReactNode;
  /** What can be done next, once the job has ended. */
  footer?: (job: Job) => ReactNode;
  /** What is drawn of the figures measured on the way; by default the curves of a training. */
  chart?: (figures: readonly Figures[]) => ReactNode;
}

const trainingChart = (measured: readonly Figures[]) => <TrainingCharts figures={measured} />;

/** A job as it goes: stage, share done, time left, curves, log, and its result. */
export function JobView({ id, result, footer, chart = trainingChart }: JobViewProps) {
  const { job, lines, connection, follow } = useJobStream(id);
  const cancel = useCancelJob();
  const resume = useResumeJob();
  if (!job) return <Skeleton className="h-24" />;
  const done = isFinished(job);
  return (
    <div className="grid gap-4" data-testid="job" data-status={job.status}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-semibold tracking-tight break-words">{jobTitle(job)}</h2>
          <p className="text-sm text-muted-foreground" role="status">
            <JobProgressWords job={job} />
          </p>
        </div>
        {connection === "retrying" && !done && (
          <Badge tone="warning">
            <WifiOff /> Connection lost, retrying
          </Badge>
        )}
        {!done && (
          <Button size="sm" disabled={job.cancel_requested || cancel.isPending} onClick={() => cancel.mutate(job.id)}>
            {job.cancel_requested ? "Stopping" : "Cancel"}
          </Button>
        )}
      </div>
      {!done && <Progress label={jobTitle(job)} value={job.progress} />}
      {job.error && (
        <p role="alert" className="flex gap-2 text-sm text-negative">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" /> {job.error.detail}
        </p>
      )}
      {job.status === "succeeded" && result?.(job)}
      {chart(figures(lines))}
      <JobLog lines={lines} open={!done && job.kind === "train"} />
      {done && (
        <div className="flex flex-wrap gap-2">
          {isResumable(job) && (
            <Button
              size="sm"
              variant="primary"
              disabled={resume.isPending}
              onClick={() => resume.mutate(job.id, { onSuccess: follow })}
            >
              <RotateCw /> Resume
            </Button>
          )}
          {footer?.(job)}
        </div>
      )}
    </div>
  );
}

function JobProgressWords({ job }: { job: Job }) {
  const now = useNow(1_000);
  const active = useWorkspace().data?.active_job;
  const waits = job.status === "queued" && !job.cancel_requested && active?.kind === job.kind && active.id !== job.id;
  const share = job.status === "running" && job.progress !== null ? ` · ${Math.round(job.progress * 100)}%` : "";
  const left = now === null ? null : timeLeft(job, now);
  const took =
    job.finished_at && job.started_at
      ? ` in ${formatDuration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000)}`
      : "";
  return (
    <>
      {waits ? "Waits until the one that runs has ended" : jobState(job)}
      {share}
      {left !== null && ` · about ${formatDuration(left)} left`}
      {job.status === "succeeded" && took}
    </>
  );
}
