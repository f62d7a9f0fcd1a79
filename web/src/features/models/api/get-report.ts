import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const getReport = (version: number) =>
  unwrap(client.GET("/api/models/{version}/report", { params: { path: { version } } }));

/** The evaluation of a version, which never changes. */
export function useReport(version: number) {
  return useQuery({ queryKey: ["reports", version], queryFn: () => getReport(version) });
}
