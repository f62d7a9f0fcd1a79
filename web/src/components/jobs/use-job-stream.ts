"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useReducer, useState } from "react";
import { getJob } from "@/api/jobs";
import type { Job, JobEvent } from "@/api/types";
import { useEventStream } from "@/hooks/use-event-stream";
import { EMPTY_STREAM, isFinished, type JobStream, reduceStream } from "./job-stream";

/** Follows a job; `follow` begins anew with a resumed one. */
export function useJobStream(id: string): JobStream & { follow: (job: Job) => void } {
  const queries = useQueryClient();
  const [state, dispatch] = useReducer(reduceStream, EMPTY_STREAM);
  const [round, setRound] = useState(0);
  const end = () => {
    dispatch({ type: "end" });
    // Whatever a job ends with, images, versions and the champion may have changed.
    void queries.invalidateQueries();
    return false;
  };
  useEventStream(
    `/api/jobs/${encodeURIComponent(id)}/events`,
    ["job", "log", "end"],
    {
      onOpen: () => dispatch({ type: "open" }),
      onLost: () => dispatch({ type: "lost" }),
      onEvent: (name, data) => {
        if (name === "end") return end();
        if (name === "job") dispatch({ type: "job", job: JSON.parse(data) as Job });
        else dispatch({ type: "line", line: JSON.parse(data) as JobEvent });
        return true;
      },
      poll: async () => {
        const job = await getJob(id).catch(() => null);
        if (job) dispatch({ type: "job", job });
        return job && isFinished(job) ? end() : true;
      },
    },
    round,
  );
  const follow = (job: Job) => {
    dispatch({ type: "again", job });
    setRound((known) => known + 1);
  };
  return { ...state, follow };
}
