import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "./client";
import { errorMessage } from "./problems";
import type { Job } from "./types";

const LATEST = 20;
const path = (job_id: string) => ({ params: { path: { job_id } } });

export const getJob = (id: string) => unwrap(client.GET("/api/jobs/{job_id}", path(id)));

/** The latest jobs, newest first; of one kind, or of all. */
export function useJobs(kind?: Job["kind"]) {
  const query = { limit: LATEST, ...(kind && { kind }) };
  return useQuery({
    queryKey: ["jobs", kind],
    queryFn: () => unwrap(client.GET("/api/jobs", { params: { query } })),
    refetchInterval: 3_000,
  });
}

function useJobChange(change: (id: string) => Promise<Job>, failed: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workspace"] }),
    onError: (error) => toast.error(failed, { description: errorMessage(error) }),
  });
}

export const useCancelJob = () =>
  useJobChange((id) => unwrap(client.DELETE("/api/jobs/{job_id}", path(id))), "The job could not be cancelled");

/** Lets a training that failed or was cancelled go on from its last checkpoint. */
export const useResumeJob = () =>
  useJobChange((id) => unwrap(client.POST("/api/jobs/{job_id}/resume", path(id))), "The job could not be resumed");
