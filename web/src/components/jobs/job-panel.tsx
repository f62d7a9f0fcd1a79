"use client";
import { ArrowLeft, ListChecks } from "lucide-react";
import { useJobs } from "@/api/jobs";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogTitle } from "@/components/ui/dialog";
import { useStore } from "@/lib/store";
import { jobPanel, openJobPanel } from "./job-panel-store";
import { JobView } from "./job-view";
import { jobState, jobTitle } from "./job-words";

/** Long work, found from every page: one job as it goes, or the latest of them. */
export function JobPanel() {
  const { open, jobId } = useStore(jobPanel);
  return (
    <Dialog open={open} onOpenChange={(next) => jobPanel.set((state) => ({ ...state, open: next }))}>
      <DialogContent placement="right">
        <DialogTitle>{jobId ? "Job" : "Latest work"}</DialogTitle>
        <DialogDescription className="sr-only">
          Imports, training and downloads that run on the server.
        </DialogDescription>
        {jobId ? (
          <>
            <Button variant="ghost" size="sm" className="-ml-3 self-start" onClick={() => openJobPanel(null)}>
              <ArrowLeft /> All work
            </Button>
            <JobView key={jobId} id={jobId} />
          </>
        ) : (
          <JobList />
        )}
      </DialogContent>
    </Dialog>
  );
}

function JobList() {
  const query = useJobs();
  return (
    <QueryStates query={query} skeleton="h-40" errorTitle="The jobs could not be loaded">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState icon={ListChecks} title="No work yet">
            Imports, training and downloads that take a while are listed here.
          </EmptyState>
        ) : (
          <ul className="grid">
            {items.map((job) => (
              <li key={job.id} className="border-b last:border-0">
                <button
                  type="button"
                  className="flex w-full items-baseline justify-between gap-4 px-1 py-3 text-left text-sm hover:bg-muted"
                  onClick={() => openJobPanel(job.id)}
                >
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{jobTitle(job)}</span>
                    <span className={job.status === "failed" ? "text-negative" : "text-muted-foreground"}>
                      {jobState(job)}
                    </span>
                  </span>
                  <span className="shrink-0 text-xs text-muted-foreground">
                    <RelativeTime iso={job.created_at} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </QueryStates>
  );
}
