"use client";
import Link from "next/link";
import type { Job } from "@/api/types";
import { Panel } from "@/components/layout/panel";
import { Button } from "@/components/ui/button";
import { JobView } from "@/features/jobs/components/job-view";
import { followJob, useFollowedJob } from "@/features/jobs/hooks/use-followed-job";

/** The training that runs, or that has just ended here. */
export function TrainingPanel() {
  const jobId = useFollowedJob("train");
  if (!jobId) return null;
  return (
    <Panel className="mb-8">
      <JobView
        key={jobId}
        id={jobId}
        result={(job) => <TrainingResult result={job.result} />}
        footer={() => (
          <Button size="sm" onClick={() => followJob("train", undefined)}>
            Put away
          </Button>
        )}
      />
    </Panel>
  );
}

function TrainingResult({ result }: { result: Job["result"] }) {
  const version = Number(result?.model_version);
  if (!version) return null;
  return (
    <p className="text-sm" data-testid="training-result">
      <Link href={`/models/?version=${version}`} className="font-medium text-accent hover:underline">
        Version {version}
      </Link>{" "}
      is ready{result?.promoted === true ? " and in service" : ""}. {String(result?.reason ?? "")}
    </p>
  );
}
