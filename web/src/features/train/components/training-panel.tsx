"use client";
import Link from "next/link";
import type { Job } from "@/api/types";
import { FollowedJob, useFollowedJob } from "@/components/jobs/followed-job";
import { Panel } from "@/components/layout/panel";
import { formatPercent } from "@/lib/format";

/** The training that runs, or that was chosen among the past ones. */
export function TrainingPanel() {
  if (!useFollowedJob("train")) return null;
  return (
    <Panel className="mb-4">
      <FollowedJob kind="train" result={(job) => <ResultWords job={job} />} />
    </Panel>
  );
}

export function VersionLink({ version }: { version: number }) {
  return (
    <Link href={`/models/?version=${version}`} className="font-medium text-accent hover:underline">
      Version {version}
    </Link>
  );
}

function ResultWords({ job }: { job: Job }) {
  if (job.kind !== "train" || !job.result) return null;
  const { model_version: version, promoted, reason, metrics, versions } = job.result;
  return (
    <div className="grid gap-1 text-sm" data-testid="training-result">
      <p>
        <VersionLink version={version} /> is ready{promoted && " and in service"}
        {`, ${formatPercent(metrics.accuracy)} accurate on the test pictures`}. {reason}
      </p>
      {versions
        .filter((other) => other !== version)
        .map((other) => (
          <p key={other} className="text-muted-foreground">
            <VersionLink version={other} /> came of it too, and is kept.
          </p>
        ))}
    </div>
  );
}
