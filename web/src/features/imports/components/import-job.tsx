"use client";
import Link from "next/link";
import type { ImportResult } from "@/api/types";
import { followJob } from "@/components/jobs/followed-job";
import { JobView } from "@/components/jobs/job-view";
import { Button } from "@/components/ui/button";
import { ImportResultView } from "./import-result-view";

/** The import as it goes, and what came of it. */
export function ImportJob({ id }: { id: string }) {
  return (
    <JobView
      id={id}
      result={(job) => <ImportResultView result={job.result as ImportResult | null} />}
      footer={(job) => (
        <>
          {job.status === "succeeded" && (
            <Button asChild size="sm" variant="primary">
              <Link href="/data/">See what is there now</Link>
            </Button>
          )}
          {job.status === "succeeded" && Object.keys(job.result?.classes ?? {}).length > 0 && (
            <Button asChild size="sm">
              <Link href="/train/">Train a version</Link>
            </Button>
          )}
          <Button size="sm" onClick={() => followJob("import", undefined)}>
            Import more
          </Button>
        </>
      )}
    />
  );
}
