"use client";
import { ScanSearch } from "lucide-react";
import { client, unwrap } from "@/api/client";
import type { DataInsights } from "@/api/types";
import { FollowedJob, useFollowedJob, useStartJob } from "@/components/jobs/followed-job";
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

function CheckWords({ checks }: { checks: DataInsights["checks"] }) {
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
