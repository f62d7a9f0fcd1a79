import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "./client";

const listModels = () => unwrap(client.GET("/api/models", { params: { query: { limit: 200 } } }));

/** The versions, newest first. */
export function useModels() {
  return useQuery({ queryKey: ["models"], queryFn: listModels });
}
