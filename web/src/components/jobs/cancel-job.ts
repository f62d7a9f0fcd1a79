import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";

const cancelJob = (id: string) => unwrap(client.DELETE("/api/jobs/{job_id}", { params: { path: { job_id: id } } }));

export function useCancelJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: cancelJob,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["workspace"] }),
    onError: (error) => toast.error("The job could not be cancelled", { description: errorMessage(error) }),
  });
}
