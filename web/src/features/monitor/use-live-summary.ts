"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { getSummary, useMonitoringSummary } from "@/api/monitoring";
import { useEventStream } from "@/hooks/use-event-stream";

/** What "now" means on the page. */
const LIVE_WINDOW = "1m";
/** Lists are asked for anew at most this often, however many answers there are. */
const CALM_MS = 1_000;

export type Connection = "connecting" | "live" | "retrying";

/** The last minute, as `useLiveConnection` keeps it; whoever reads it is drawn anew each second. */
export const useLiveSummary = () => useMonitoringSummary(LIVE_WINDOW);

/** Keeps the last minute live. Lists of predictions are renewed as new ones come. */
export function useLiveConnection(): Connection {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const soon = useRef<ReturnType<typeof setTimeout>>(undefined);
  const take = (summary: unknown) => queries.setQueryData(["monitoring", "summary", LIVE_WINDOW], summary);
  const renew = () => {
    soon.current ??= setTimeout(() => {
      soon.current = undefined;
      void queries.invalidateQueries({ queryKey: ["predictions"] });
    }, CALM_MS);
  };
  useEventStream(`/api/monitoring/events?window=${LIVE_WINDOW}`, ["summary", "prediction"], {
    onOpen: () => setConnection("live"),
    onLost: () => setConnection("retrying"),
    onEvent: (name, data) => {
      if (name === "summary") take(JSON.parse(data));
      renew();
      return true;
    },
    poll: async () => {
      await getSummary(LIVE_WINDOW).then(take, () => undefined);
      renew();
      return true;
    },
  });
  return connection;
}
