import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import { usePages } from "./pages";
import type { LoggedPrediction } from "./types";

const RENEW_MS = 10_000;
const PAGE = 12;

export const getSummary = (window: string) =>
  unwrap(client.GET("/api/monitoring/summary", { params: { query: { window } } }));

/** What was answered in a window, such as "1h", that ends now. */
export function useMonitoringSummary(window: string) {
  return useQuery({
    queryKey: ["monitoring", "summary", window],
    queryFn: () => getSummary(window),
    refetchInterval: RENEW_MS,
  });
}

/** The same, step by step. */
export function useMonitoringSeries(window: string) {
  return useQuery({
    queryKey: ["monitoring", "series", window],
    queryFn: () => unwrap(client.GET("/api/monitoring/timeseries", { params: { query: { window } } })),
    refetchInterval: RENEW_MS,
  });
}

/** Whether the pictures of a window are like those that the champion was tested on. */
export function useDrift(window: string) {
  return useQuery({
    queryKey: ["monitoring", "drift", window],
    queryFn: () => unwrap(client.GET("/api/monitoring/drift", { params: { query: { window } } })),
    refetchInterval: RENEW_MS,
  });
}

export type Outcome = LoggedPrediction["outcome"];

/** Logged predictions, newest first; all, or those that ended in one way. */
export function usePredictions(outcome: Outcome | undefined) {
  return usePages(["predictions", outcome], (cursor) =>
    unwrap(client.GET("/api/predictions", { params: { query: { limit: PAGE, outcome, cursor } } })),
  );
}

/** Whether the server can answer; an answer of 503 is an error that says why. */
export function useReadiness() {
  return useQuery({
    queryKey: ["readiness"],
    queryFn: () => unwrap(client.GET("/readyz")),
    refetchInterval: RENEW_MS,
    retry: false,
  });
}
