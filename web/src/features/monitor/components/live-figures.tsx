"use client";
import { useReadiness } from "@/api/monitoring";
import { ApiError, errorMessage } from "@/api/problems";
import { Figures } from "@/components/layout/facts";
import { QueryStates } from "@/components/layout/states";
import { formatCount, formatRate, plural } from "@/lib/format";
import { milliseconds } from "../answers";
import { useLiveSummary } from "../use-live-summary";

/** Whether the server answers, and how it did in the last minute. */
export function LiveFigures() {
  const query = useLiveSummary();
  const readiness = useReadiness();
  return (
    <QueryStates query={query} skeleton="h-24 rounded-xl" errorTitle="The last minute could not be read">
      {({ requests, requests_per_second, latency_ms, failures }) => {
        const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
        return (
          <div data-testid="live-figures">
            <Figures
              facts={[
                { term: "Health", ...healthOf(readiness) },
                {
                  term: "Requests a second",
                  value: formatRate(requests_per_second),
                  note: `${plural(requests, "request")} in the last minute`,
                },
                {
                  term: "Answer time, p95",
                  value: milliseconds(latency_ms.p95),
                  note:
                    latency_ms.p50 !== null &&
                    `p50 ${milliseconds(latency_ms.p50)} · p99 ${milliseconds(latency_ms.p99)}`,
                },
                { term: "Failed", value: formatCount(failed), note: "in the last minute" },
              ]}
            />
          </div>
        );
      }}
    </QueryStates>
  );
}

function healthOf({ data, error }: ReturnType<typeof useReadiness>) {
  if (error instanceof ApiError)
    return {
      value: <span className="text-negative">{error.status === 0 ? "No answer" : "Not ready"}</span>,
      note: errorMessage(error),
    };
  return data ? { value: "Ready", note: `version ${data.model_version} answers` } : { value: "…" };
}
