"use client";
import Link from "next/link";
import type { Job } from "@/api/types";
import { JobView } from "@/components/jobs/job-view";
import { followJob, useFollowedJob } from "@/components/jobs/use-followed-job";
import { Panel } from "@/components/layout/panel";
import { Button } from "@/components/ui/button";
import { formatPercent } from "@/lib/format";
import { trainingResult } from "../training-result";

/** The training that runs, or that was chosen among the past ones. */
export function TrainingPanel() {
  const jobId = useFollowedJob("train");
  if (!jobId) return null;
  return (
    <Panel className="mb-4">
      <JobView
        key={jobId}
        id={jobId}
        result={(job) => <ResultWords job={job} />}
        footer={() => (
          <Button size="sm" onClick={() => followJob("train", undefined)}>
            Put away
          </Button>
        )}
      />
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
  const result = trainingResult(job);
  if (!result) return null;
  const { version, promoted, reason, accuracy, others } = result;
  return (
    <div className="grid gap-1 text-sm" data-testid="training-result">
      <p>
        <VersionLink version={version} /> is ready{promoted && " and in service"}
        {accuracy !== null && `, ${formatPercent(accuracy)} accurate on the test pictures`}. {reason}
      </p>
      {others.map((other) => (
        <p key={other} className="text-muted-foreground">
          <VersionLink version={other} /> came of it too, and is kept.
        </p>
      ))}
    </div>
  );
}
