import { client, unwrap } from "@/api/client";
import { usePages } from "@/api/pages";
import type { IssueKind } from "@/api/types";

const PAGE = 120;

/** The open issues of a kind (or those that were kept), worst first, a page at a time. */
export function useIssues(kind: IssueKind, kept: boolean) {
  return usePages(["issues", kind, kept], (cursor) =>
    unwrap(client.GET("/api/issues/{kind}", { params: { path: { kind }, query: { kept, limit: PAGE, cursor } } })),
  );
}
