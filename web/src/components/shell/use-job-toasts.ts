"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { toast } from "sonner";
import { getJob } from "@/api/jobs";
import { useWorkspace } from "@/api/workspace";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { isFinished } from "@/components/jobs/job-stream";
import { jobTitle } from "@/components/jobs/job-words";

/** Tells on every page when a job has ended, and renews what it may have changed. */
export function useJobToasts(): void {
  const queries = useQueryClient();
  const activeId = useWorkspace().data?.active_job?.id;
  const before = useRef(activeId);
  useEffect(() => {
    const ended = before.current;
    before.current = activeId;
    if (!ended || ended === activeId) return;
    void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "workspace" });
    void getJob(ended)
      .then((job) => {
        if (!isFinished(job)) return;
        const action = { label: "Show", onClick: () => openJobPanel(job.id) };
        if (job.status === "succeeded") toast.success(`${jobTitle(job)}: done`, { action });
        else if (job.status === "cancelled") toast(`${jobTitle(job)}: cancelled`);
        else toast.error(`${jobTitle(job)}: failed`, { description: job.error?.detail, action });
      })
      .catch(() => undefined); // The banner tells already that the server is away.
  }, [activeId, queries]);
}
