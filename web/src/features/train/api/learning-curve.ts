import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";
import { followJob } from "@/components/jobs/use-followed-job";

const getLearningCurve = () => unwrap(client.GET("/api/learning-curve"));

/** Accuracy against the share of the images learned from. */
export function useLearningCurve() {
  return useQuery({ queryKey: ["learning-curve"], queryFn: getLearningCurve });
}

/** Begins to measure it, and follows that on this page. */
export function useMeasureLearningCurve() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.POST("/api/learning-curve")),
    onSuccess: (job) => {
      followJob("learning_curve", job.id);
      return queries.invalidateQueries({ queryKey: ["workspace"] });
    },
    onError: (error) => toast.error("It could not be started", { description: errorMessage(error) }),
  });
}
