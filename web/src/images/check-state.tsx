"use client";
import { ScanSearch } from "lucide-react";
import { client, unwrap } from "@/api/client";
import { useJobs } from "@/api/jobs";
import type { DataInsights, Job } from "@/api/types";
import { FollowedJob, useFollowedJob, useStartJob } from "@/components/jobs/followed-job";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { RelativeTime } from "@/components/layout/relative-time";
import { Button } from "@/components/ui/button";

/** Whether the data set has been checked as a whole, and the check as it goes. */
export function CheckState({ checks }: { checks: DataInsights["checks"] }) {
  if (useFollowedJob("check")) return <FollowedJob kind="check" />;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3" data-testid="check-state">
      <p className="text-sm text-muted-foreground">
        <CheckWords checks={checks} />
      </p>
      <CheckButton variant={checks.up_to_date ? "outline" : "primary"} />
    </div>
  );
}

/** The last check, if it failed and none has succeeded since. */
export function failedCheck(checks: DataInsights["checks"], last: Job | undefined): Job | undefined {
  const since = checks.checked_at ?? "";
  return last?.status === "failed" && (last.finished_at ?? last.created_at) > since ? last : undefined;
}

function CheckWords({ checks }: { checks: DataInsights["checks"] }) {
  const failed = failedCheck(checks, useJobs("check").data?.items[0]);
  if (failed)
    return (
      <span className="text-negative">
        The last check failed (<RelativeTime iso={failed.finished_at ?? failed.created_at} />
        ): {failed.error?.detail ?? "for no known reason"}{" "}
        <Button variant="link" size="sm" onClick={() => openJobPanel(failed.id)}>
          Show the log
        </Button>
      </span>
    );
  if (checks.checked_at === null) return "Labels, outliers and the map have not been checked yet.";
  const time = <RelativeTime iso={checks.checked_at} />;
  return checks.up_to_date ? <>Checked {time}.</> : <>The pictures have changed since the last check ({time}).</>;
}

/** Begins the check of the whole data set. */
export function CheckButton({ variant }: { variant: "primary" | "outline" }) {
  const check = useStartJob("check", () => unwrap(client.POST("/api/checks")), "The check could not be started");
  return (
    <Button size="sm" variant={variant} disabled={check.isPending} onClick={() => check.mutate()}>
      <ScanSearch /> Check now
    </Button>
  );
}
