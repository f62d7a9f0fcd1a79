"use client";
import { Activity } from "lucide-react";
import { useWorkspace } from "@/api/workspace";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { jobState, jobTitle } from "@/components/jobs/job-words";
import { sendingWords, useSending } from "@/components/jobs/sending";
import { Link } from "@/components/ui/link";
import { Progress } from "@/components/ui/progress";
import { Skeleton } from "@/components/ui/skeleton";
import { useNow } from "@/hooks/use-now";

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

/** The upload under way, with its share and the time left; it leads to where it was begun. */
export function ActiveUpload() {
  const upload = useSending();
  const now = useNow(1_000);
  if (!upload) return null;
  const { name, bytes, share, startedAt } = upload;
  return (
    <Link href="/data/import/" title={`Sending ${name}`} className={WORK} data-testid="active-upload">
      <WorkLine title={`Sending ${name}`} share={bytes > 0 ? share : null} />
      <span className="truncate text-muted-foreground folded:sr-only">{sendingWords(upload, now ?? startedAt)}</span>
    </Link>
  );
}

const WORK = "grid w-full gap-1.5 rounded-md border bg-surface px-2 py-2 text-left text-xs hover:bg-muted";

function WorkLine({ title, share }: { title: string; share: number | null }) {
  return (
    <>
      <span className="flex justify-between gap-2 folded:justify-center">
        <span className="truncate font-medium folded:sr-only">{title}</span>
        <span>{share !== null && `${Math.round(share * 100)}%`}</span>
      </span>
      <Progress label={title} value={share} className="h-1" />
    </>
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
  return (
    <button type="button" title={jobTitle(job)} onClick={() => openJobPanel(job.id)} className={WORK}>
      <span className="sr-only">Running job: </span>
      <WorkLine title={jobTitle(job)} share={job.progress} />
      <span className="truncate text-muted-foreground folded:sr-only">{jobState(job)}</span>
    </button>
  );
}
