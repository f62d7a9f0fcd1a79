import { useInfiniteQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { IssueKind } from "@/api/types";

const PAGE = 120;

/** The open issues of a kind (or those that were kept), worst first, a page at a time. */
export function useIssues(kind: IssueKind, kept: boolean) {
  return useInfiniteQuery({
    queryKey: ["issues", kind, kept],
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET("/api/issues/{kind}", {
          params: { path: { kind }, query: { kept, limit: PAGE, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
