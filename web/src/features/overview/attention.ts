import type { DataInsights, Drift, Job, Model, MonitoringSummary } from "@/api/types";
import { isFinished } from "@/components/jobs/job-stream";
import { jobTitle } from "@/components/jobs/job-words";
import { ISSUE_KINDS, issueAddress, KIND_ORDER } from "@/images/issue-kinds";
import { formatPercent, plural } from "@/lib/format";

/** Something that asks for the user; it leads to a page, or to a job. */
export interface Attention {
  title: string;
  note?: string;
  urgent?: boolean;
  href?: string;
  jobId?: string;
}

interface Known {
  insights: DataInsights | undefined;
  models: readonly Model[] | undefined;
  jobs: readonly Job[] | undefined;
  day: MonitoringSummary | undefined;
  drift: Drift | undefined;
}

/** As many kinds of issues as are named one by one. */
const MOST_KINDS = 3;

/** What needs attention, the most urgent first, as far as is known. */
export function attention({ insights, models, jobs, day, drift }: Known): Attention[] {
  return [
    ...failedJobs(jobs ?? []),
    ...(day ? failedRequests(day) : []),
    ...(drift ? changedImages(drift) : []),
    ...(models ? refusedChallenger(models, jobs ?? []) : []),
    ...(insights ? dataIssues(insights, (jobs ?? []).some(isChecking)) : []),
    ...(insights && models ? unlearnedChanges(insights, models) : []),
  ];
}

/** The latest job of a kind failed; an older one has been made good since. */
function failedJobs(newestFirst: readonly Job[]): Attention[] {
  const latest = new Map<Job["kind"], Job>();
  for (const job of newestFirst) if (!latest.has(job.kind)) latest.set(job.kind, job);
  return [...latest.values()]
    .filter(({ status }) => status === "failed")
    .map((job) => ({ title: `${jobTitle(job)} failed`, note: job.error?.detail, urgent: true, jobId: job.id }));
}

function failedRequests({ failures, requests }: MonitoringSummary): Attention[] {
  const faults = Object.entries(failures).reduce((sum, [status, count]) => sum + (status >= "500" ? count : 0), 0);
  if (faults === 0) return [];
  const title = `${plural(faults, "request")} could not be answered in the last 24 hours`;
  return [{ title, note: `${formatPercent(faults / requests)} of all`, urgent: true, href: "/monitor/?window=24h" }];
}

function changedImages({ verdict, model_version, predictions }: Drift): Attention[] {
  if (verdict !== "changed") return [];
  const note = `By ${plural(predictions, "answer")} of the last 24 hours, against the test of version ${model_version}`;
  return [{ title: "The pictures that are asked about have changed", note, href: "/monitor/?window=24h" }];
}

function refusedChallenger(models: readonly Model[], jobs: readonly Job[]): Attention[] {
  const challenger = models.find(({ aliases }) => aliases.includes("challenger"));
  const champion = models.find(({ aliases }) => aliases.includes("champion"));
  if (!challenger || !champion || challenger.version < champion.version) return [];
  const trainings = jobs.flatMap((job) => (job.kind === "train" && job.result ? [job.result] : []));
  const reason = trainings.find(({ model_version }) => model_version === challenger.version)?.reason;
  return [
    {
      title: `Version ${challenger.version} was not put into service`,
      note: reason,
      href: `/models/compare/?a=${champion.version}&b=${challenger.version}`,
    },
  ];
}

const isChecking = (job: Job) => job.kind === "check" && !isFinished(job);

function dataIssues({ issues, checks, unlabeled, dataset_version }: DataInsights, checking: boolean): Attention[] {
  if (dataset_version === null) return [];
  const kinds = KIND_ORDER.filter((kind) => issues[kind]);
  const others = kinds.slice(MOST_KINDS);
  const more = others.reduce((sum, kind) => sum + (issues[kind] ?? 0), 0);
  const [next] = others;
  return [
    ...kinds.slice(0, MOST_KINDS).map((kind) => ({
      title: `${ISSUE_KINDS[kind].title}: ${plural(issues[kind] ?? 0, "picture")}`,
      note: ISSUE_KINDS[kind].looksFor,
      href: issueAddress(kind),
    })),
    ...(next ? [{ title: `${plural(more, "more issue")} of other kinds`, href: issueAddress(next) }] : []),
    ...(issues.quarantined
      ? [{ title: `${plural(issues.quarantined, "file")} could not be used`, href: "/data/import/" }]
      : []),
    ...(checks.up_to_date || checking ? [] : [checkNeeded(checks.checked_at !== null)]),
    ...(unlabeled > 0
      ? [
          {
            title: `${plural(unlabeled, "picture")} without a class`,
            note: "The version in service can propose classes for them.",
            href: "/data/import/",
          },
        ]
      : []),
  ];
}

const checkNeeded = (again: boolean): Attention => ({
  title: again ? "The pictures have changed since the last check" : "The pictures have not been checked yet",
  note: "The check finds wrong labels, outliers and leaks.",
  href: "/data/",
});

function unlearnedChanges({ dataset_version: now }: DataInsights, models: readonly Model[]): Attention[] {
  const champion = models.find(({ aliases }) => aliases.includes("champion"));
  if (now === null || !champion || champion.dataset_version >= now) return [];
  return [
    {
      title: "The pictures have changed since the version in service was trained",
      note: `It knows version ${champion.dataset_version} of the data; now it is version ${now}.`,
      href: "/train/",
    },
  ];
}
