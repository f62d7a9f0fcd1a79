"use client";
import { followJob } from "@/components/jobs/followed-job";
import { JobView } from "@/components/jobs/job-view";
import { Button, ButtonLink } from "@/components/ui/button";
import { ImportResultView } from "./import-result-view";

/** The import as it goes, and what came of it. */
export function ImportJob({ id }: { id: string }) {
  return (
    <JobView
      id={id}
      result={(job) => job.kind === "import" && <ImportResultView result={job.result} />}
      footer={(job) => (
        <>
          {job.status === "succeeded" && (
            <ButtonLink href="/data/" size="sm" variant="primary">
              See what is there now
            </ButtonLink>
          )}
          {job.kind === "import" && Object.keys(job.result?.classes ?? {}).length > 0 && (
            <ButtonLink href="/train/" size="sm">
              Train a version
            </ButtonLink>
          )}
          <Button size="sm" onClick={() => followJob("import", undefined)}>
            Import more
          </Button>
        </>
      )}
    />
  );
}
