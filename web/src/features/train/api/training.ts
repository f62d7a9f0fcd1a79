import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useJobs } from "@/api/jobs";
import type { Job, TrainOptions } from "@/api/types";
import { useStartJob } from "@/components/jobs/followed-job";
import { isFinished } from "@/components/jobs/job-stream";

/** Starts training, after the one that runs where that was asked for, and follows it on this page. */
export const useRetrain = () =>
  useStartJob("train", ({ queue, ...body }: TrainOptions & { queue: boolean }) =>
    unwrap(client.POST("/api/retrain", { body, params: { query: { when_busy: queue ? "queue" : "refuse" } } })),
  );

/** The trainings that run or wait, the earliest first. */
export function useUnfinishedTrainings(): Job[] {
  const latest = useJobs("train").data?.items ?? [];
  return latest.filter((job) => !isFinished(job)).reverse();
}

/** What can be chosen here, and what suits the images. */
export const useTrainingOptions = () =>
  useQuery({ queryKey: ["training-options"], queryFn: () => unwrap(client.GET("/api/training-options")) });

/** Accuracy against the share of the images learned from. */
export const useLearningCurve = () =>
  useQuery({ queryKey: ["learning-curve"], queryFn: () => unwrap(client.GET("/api/learning-curve")) });

/** Begins to measure it, and follows that on this page. */
export const useMeasureLearningCurve = () =>
  useStartJob("learning_curve", () => unwrap(client.POST("/api/learning-curve")), "It could not be started");

/** Images without a class from which a model would learn most, best first. */
export const useWorthLabelling = () =>
  useQuery({
    queryKey: ["worth-labelling"],
    queryFn: () => unwrap(client.GET("/api/worth-labelling", { params: { query: { limit: 100 } } })),
  });
