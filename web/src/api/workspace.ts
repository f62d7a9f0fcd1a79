import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "./client";

const BUSY_MS = 2_000;
const QUIET_MS = 5_000;

const getWorkspace = () => unwrap(client.GET("/api/workspace"));

/** The state of the whole, asked for every few seconds; its failure is how the page knows that the server is away. */
export function useWorkspace() {
  return useQuery({
    queryKey: ["workspace"],
    queryFn: getWorkspace,
    refetchInterval: (query) => (query.state.data?.active_job || query.state.status === "error" ? BUSY_MS : QUIET_MS),
    retry: false,
    staleTime: BUSY_MS,
  });
}
