import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

/** A list that comes in pages, each of which names the cursor of the next. */
export function usePages<Page extends { next_cursor: string | null }>(
  queryKey: QueryKey,
  fetchPage: (cursor: string | undefined) => Promise<Page>,
) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
