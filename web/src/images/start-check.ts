import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";
import { followJob } from "@/components/jobs/use-followed-job";

/** Begins the check of the whole data set. */
export function useStartCheck() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.POST("/api/checks")),
    onSuccess: (job) => {
      followJob("check", job.id);
      return queries.invalidateQueries({ queryKey: ["workspace"] });
    },
    onError: (error) => toast.error("The check could not be started", { description: errorMessage(error) }),
  });
}
