import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const compareModels = (version: number, other: number) =>
  unwrap(client.GET("/api/models/{version}/compare/{other}", { params: { path: { version, other } } }));

/** Two versions on the test images that both have answered. */
export function useComparison(a: number, b: number) {
  return useQuery({ queryKey: ["mistakes", "compare", a, b], queryFn: () => compareModels(a, b) });
}
