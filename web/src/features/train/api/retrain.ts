import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { RetrainRequest } from "@/api/types";
import { followJob } from "@/components/jobs/use-followed-job";

const retrain = (body: RetrainRequest) => unwrap(client.POST("/api/retrain", { body }));

/** Starts training, and follows it on this page. */
export function useRetrain() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: retrain,
    onSuccess: (job) => {
      followJob("train", job.id);
      return queries.invalidateQueries({ queryKey: ["workspace"] });
    },
  });
}
