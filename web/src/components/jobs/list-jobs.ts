import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Job } from "@/api/types";

const listJobs = (kind?: Job["kind"]) =>
  unwrap(client.GET("/api/jobs", { params: { query: { limit: 20, ...(kind && { kind }) } } }));

/** The latest jobs, newest first; of one kind, or of all. */
export function useJobs(kind?: Job["kind"]) {
  return useQuery({ queryKey: ["jobs", kind], queryFn: () => listJobs(kind), refetchInterval: 3_000 });
}
