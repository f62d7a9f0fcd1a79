import type { DatasetVersion, Job, Promotion } from "@/api/types";
import { jobState, jobTitle } from "@/components/jobs/job-words";

export interface Happening {
  key: string;
  at: string;
  title: string;
  note?: string;
  failed?: boolean;
  href?: string;
  jobId?: string;
}

const SHOWN = 8;

/** What happened last: jobs, changes of the data, and changes of champion, newest first. */
export function activity(
  jobs: readonly Job[],
  versions: readonly DatasetVersion[],
  promotions: readonly Promotion[],
): Happening[] {
  const all: Happening[] = [
    ...jobs.map((job) => ({
      key: `job ${job.id}`,
      at: job.finished_at ?? job.created_at,
      title: jobTitle(job),
      note: jobState(job).toLowerCase(),
      failed: job.status === "failed",
      jobId: job.id,
    })),
    ...versions.map(({ id, created_at, reason, author }) => ({
      key: `data ${id}`,
      at: created_at,
      title: `Version ${id} of the data`,
      note: reason || `by ${author}`,
      href: id > 1 ? `/data/versions/?from=${id - 1}&to=${id}` : "/data/versions/",
    })),
    ...promotions.map(({ id, action, created_at, to_version, reason }) => ({
      key: `promotion ${id}`,
      at: created_at,
      title: action === "rollback" ? `Back to version ${to_version}` : `Version ${to_version} came into service`,
      note: reason || undefined,
      href: `/models/?version=${to_version}`,
    })),
  ];
  return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, SHOWN);
}
