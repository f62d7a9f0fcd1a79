"use client";
import { useEffect } from "react";
import type { Job } from "@/api/types";
import { useWorkspace } from "@/api/workspace";
import { createStore, useStore } from "@/lib/store";

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
