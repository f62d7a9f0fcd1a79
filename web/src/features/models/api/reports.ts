import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { usePages } from "@/api/pages";
import type { MatrixCell } from "../report/confusion";

const PAGE = 60;

/** Test images that a version answered wrong, the surest first; or those of one cell of its matrix. */
export function useMistakes(version: number, cell: MatrixCell | null) {
  const query = { limit: PAGE, ...(cell && { label: cell.truth, predicted: cell.predicted }) };
  return usePages(["mistakes", version, cell], (cursor) =>
    unwrap(
      client.GET("/api/models/{version}/mistakes", { params: { path: { version }, query: { ...query, cursor } } }),
    ),
  );
}

/** Two versions on the test images that both have answered. */
export function useComparison(version: number, other: number) {
  return useQuery({
    queryKey: ["mistakes", "compare", version, other],
    queryFn: () =>
      unwrap(client.GET("/api/models/{version}/compare/{other}", { params: { path: { version, other } } })),
  });
}

/** What a version is, for people who did not make it, as Markdown. */
export function useModelCard(version: number) {
  return useQuery({
    queryKey: ["models", version, "card"],
    queryFn: () => unwrap(client.GET("/api/models/{version}/card", { params: { path: { version } }, parseAs: "text" })),
  });
}
