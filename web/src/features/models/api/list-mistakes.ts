import { useInfiniteQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { MatrixCell } from "../confusion";

const PAGE = 60;

/** Test images that a version answered wrong, the surest first; or those of one cell of its matrix. */
export function useMistakes(version: number, cell: MatrixCell | null) {
  const query = { limit: PAGE, ...(cell && { label: cell.truth, predicted: cell.predicted }) };
  return useInfiniteQuery({
    queryKey: ["mistakes", version, cell],
    queryFn: ({ pageParam: cursor }) =>
      unwrap(
        client.GET("/api/models/{version}/mistakes", { params: { path: { version }, query: { ...query, cursor } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
