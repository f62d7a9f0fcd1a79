import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";

const resumeJob = (id: string) =>
  unwrap(client.POST("/api/jobs/{job_id}/resume", { params: { path: { job_id: id } } }));

/** Lets a training that failed or was cancelled go on from its last checkpoint. */
export function useResumeJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: resumeJob,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workspace"] }),
    onError: (error) => toast.error("The job could not be resumed", { description: errorMessage(error) }),
  });
}
