import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const getTrainingOptions = () => unwrap(client.GET("/api/training-options"));

/** What can be chosen here, and what suits the images. */
export function useTrainingOptions() {
  return useQuery({ queryKey: ["training-options"], queryFn: getTrainingOptions });
}
