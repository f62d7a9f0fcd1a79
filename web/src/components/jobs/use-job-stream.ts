"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { type EventStream, openEvents } from "@/api/event-stream";
import { getJob } from "@/api/jobs";
import type { Job, JobEvent } from "@/api/types";
import { EMPTY_STREAM, isFinished, type JobStream, reduceStream } from "./job-stream";

const POLL_MS = 2_000;
const REOPEN_MS = 4_000;

/** Follows a job by server-sent events, and by polling while those are lost; `follow` begins anew with a resumed job. */
export function useJobStream(id: string): JobStream & { follow: (job: Job) => void } {
  const queries = useQueryClient();
  const [state, dispatch] = useReducer(reduceStream, EMPTY_STREAM);
  const [times, setTimes] = useState(1);
  const follow = (job: Job) => {
    dispatch({ type: "again", job });
    setTimes((known) => known + 1);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a job that goes on is followed once more
  useEffect(() => {
    let source: EventStream | null = null;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let ended = false;

    const end = () => {
      if (ended) return;
      ended = true;
      source?.close();
      dispatch({ type: "end" });
      // Whatever a job ends with, images, versions and the champion may have changed.
      void queries.invalidateQueries();
    };
    const open = () => {
      source = openEvents(`/api/jobs/${encodeURIComponent(id)}/events`);
      source.onopen = () => dispatch({ type: "open" });
      source.addEventListener("job", (event) => dispatch({ type: "job", job: JSON.parse(event.data) as Job }));
      source.addEventListener("log", (event) => dispatch({ type: "line", line: JSON.parse(event.data) as JobEvent }));
      source.addEventListener("end", end);
      source.onerror = () => {
        if (ended) return;
        dispatch({ type: "lost" });
        // The browser tries again by itself after a lost connection, but gives up after an answer such as 503.
        if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, REOPEN_MS);
      };
    };
    const poll = async () => {
      if (source?.readyState === EventSource.OPEN || ended) return;
      const job = await getJob(id).catch(() => null);
      if (!job || ended) return;
      dispatch({ type: "job", job });
      if (isFinished(job)) end();
    };

    open();
    const timer = setInterval(poll, POLL_MS);
    return () => {
      ended = true;
      source?.close();
      clearTimeout(reopen);
      clearInterval(timer);
    };
  }, [id, queries, times]);

  return { ...state, follow };
}
