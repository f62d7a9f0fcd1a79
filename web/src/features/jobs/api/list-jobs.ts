import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const listJobs = () => unwrap(client.GET("/api/jobs", { params: { query: { limit: 20 } } }));

/** The latest jobs, newest first. */
export function useJobs() {
  return useQuery({ queryKey: ["jobs"], queryFn: listJobs, refetchInterval: 3_000 });
}
