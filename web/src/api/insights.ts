import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "./client";

const getInsights = () => unwrap(client.GET("/api/data-insights"));

/** What is in the data set. */
export function useInsights() {
  return useQuery({ queryKey: ["insights"], queryFn: getInsights });
}
