"use client";
import { useEffect, useRef } from "react";
import { type EventStream, openEvents } from "@/api/event-stream";

const POLL_MS = 2_000;
const REOPEN_MS = 4_000;

interface Listener {
  onOpen: () => void;
  onLost: () => void;
  /** Takes an event of one of the names; `false` says that it was the last. */
  onEvent: (name: string, data: string) => boolean;
  /** Asks for the state while the stream is lost; `false` says that there is no more to come. */
  poll: () => Promise<boolean>;
}

/** Follows server-sent events, and polls while those are lost; another `round` begins anew. */
export function useEventStream(address: string, names: readonly string[], listener: Listener, round = 0): void {
  const latest = useRef(listener);
  latest.current = listener;
  const wanted = useRef(names);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round begins anew
  useEffect(() => {
    let source: EventStream | null = null;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const end = () => {
      ended = true;
      source?.close();
      clearTimeout(reopen);
      clearInterval(timer);
    };
    const open = () => {
      source = openEvents(address);
      source.onopen = () => latest.current.onOpen();
      for (const name of wanted.current)
        source.addEventListener(name, ({ data }) => {
          if (!ended && !latest.current.onEvent(name, data)) end();
        });
      source.onerror = () => {
        if (ended) return;
        latest.current.onLost();
        // The browser tries again by itself after a lost connection, but gives up after an answer such as 503.
        if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, REOPEN_MS);
      };
    };
    const poll = async () => {
      if (ended || source?.readyState === EventSource.OPEN) return;
      if (!(await latest.current.poll()) && !ended) end();
    };
    const timer = setInterval(() => void poll(), POLL_MS);
    open();
    return end;
  }, [address, round]);
}
