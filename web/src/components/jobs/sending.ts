"use client";
import { useEffect } from "react";
import { formatBytes, formatDuration } from "@/lib/format";
import { createStore, useStore } from "@/lib/store";

/** Files on their way to the server. */
export interface Sending {
  name: string;
  /** 0 where nothing is sent but a name. */
  bytes: number;
  /** Sent so far, in 0 to 1. */
  share: number;
  startedAt: number;
  abort: () => void;
}

/** The upload under way; it goes on while the user looks at other pages. */
export const sending = createStore<Sending | null>(null);

const TELLING_SHARE = 0.02;

/** How far an upload is: "3.1 MB of 12 MB, about 20 s left". */
export function sendingWords({ bytes, share, startedAt }: Sending, now: number): string {
  if (bytes === 0) return "asking the server";
  if (share >= 1) return "the server is writing it down";
  const sent = `${formatBytes(share * bytes)} of ${formatBytes(bytes)}`;
  if (share < TELLING_SHARE) return sent;
  return `${sent}, about ${formatDuration(((now - startedAt) / 1000 / share) * (1 - share))} left`;
}

/** The upload under way. Leaving the site asks first, since it would stop it. */
export function useSending(): Sending | null {
  const upload = useStore(sending);
  const guarded = upload !== null && upload.bytes > 0;
  useEffect(() => {
    if (!guarded) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [guarded]);
  return upload;
}
