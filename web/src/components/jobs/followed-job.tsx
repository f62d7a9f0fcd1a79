"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ComponentProps, useEffect } from "react";
import { toast } from "sonner";
import { errorMessage } from "@/api/problems";
import type { Job } from "@/api/types";
import { useWorkspace } from "@/api/workspace";
import { Button } from "@/components/ui/button";
import { createStore, useStore } from "@/lib/store";
import { JobView } from "./job-view";

type Kind = Job["kind"];

const followed = createStore<Partial<Record<Kind, string>>>({});

/** Shows this job, and its result, on the page of its kind until it is put away. */
export function followJob(kind: Kind, id: string | undefined): void {
  followed.set((jobs) => ({ ...jobs, [kind]: id }));
}

/** The job of a kind to show: the one that was begun here, or else the one that runs. */
export function useFollowedJob(kind: Kind): string | undefined {
  const chosen = useStore(followed)[kind];
  const active = useWorkspace().data?.active_job;
  const running = active?.kind === kind ? active.id : undefined;
  // It stays when it has ended, so that its result is seen.
  useEffect(() => {
    if (running) followJob(kind, running);
  }, [kind, running]);
  return chosen ?? running;
}

/** Starts a job and follows it; where it cannot be started a toast titled `failed` says why, if there is such a title. */
export function useStartJob<Body = void>(kind: Kind, start: (body: Body) => Promise<Pick<Job, "id">>, failed?: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: start,
    onSuccess: (job) => {
      followJob(kind, job.id);
      void queries.invalidateQueries({ queryKey: ["jobs"] });
      return queries.invalidateQueries({ queryKey: ["workspace"] });
    },
    onError: (error) => failed && toast.error(failed, { description: errorMessage(error) }),
  });
}

/** The job of a kind as it goes, which can be put away once it has ended; nothing where there is none. */
export function FollowedJob({
  kind,
  ...view
}: { kind: Kind } & Pick<ComponentProps<typeof JobView>, "result" | "chart">) {
  const id = useFollowedJob(kind);
  if (!id) return null;
  return (
    <JobView
      key={id}
      id={id}
      {...view}
      footer={() => (
        <Button size="sm" onClick={() => followJob(kind, undefined)}>
          Put away
        </Button>
      )}
    />
  );
}
