"use client";
import type { Job } from "@/api/types";
import { FollowedJob, useFollowedJob } from "@/components/jobs/followed-job";
import { JobView } from "@/components/jobs/job-view";
import { accuracyWords } from "@/components/layout/accuracy";
import { Panel } from "@/components/layout/panel";
import { Link } from "@/components/ui/link";
import { useUnfinishedTrainings } from "../api/training";

/** The training that runs, or that was chosen among the past ones; and all others that run or wait. */
export function TrainingPanel() {
  const followed = useFollowedJob("train");
  const others = useUnfinishedTrainings().filter(({ id }) => id !== followed);
  if (!followed && others.length === 0) return null;
  return (
    <div className="mb-4 grid gap-4">
      {followed && (
        <Panel>
          <FollowedJob kind="train" result={(job) => <ResultWords job={job} />} />
        </Panel>
      )}
      {others.map(({ id }) => (
        <Panel key={id}>
          <JobView id={id} />
        </Panel>
      ))}
    </div>
  );
}

function VersionLink({ version }: { version: number }) {
  return (
    <Link href={`/models/?version=${version}`} className="font-medium text-accent hover:underline">
      Version {version}
    </Link>
  );
}

function ResultWords({ job }: { job: Job }) {
  if (job.kind !== "train" || !job.result) return null;
  const { model_version: version, promoted, reason, metrics, versions, compared, brought_nothing } = job.result;
  return (
    <div className="grid gap-1 text-sm" data-testid="training-result">
      <p>
        <VersionLink version={version} /> is ready{promoted && " and in service"}
        {`. ${accuracyWords(metrics)}`}. {reason}
      </p>
      {versions
        .filter((other) => other !== version)
        .map((other) => (
          <p key={other} className="text-muted-foreground">
            <VersionLink version={other} /> came of it too, and is kept.
          </p>
        ))}
      {brought_nothing && <p data-testid="brought-nothing">{brought_nothing.reason}</p>}
      {compared.map((said) => (
        <p key={said} className="text-muted-foreground">
          {said}
        </p>
      ))}
    </div>
  );
}
