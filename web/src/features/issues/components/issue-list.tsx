"use client";
import { useState } from "react";
import type { DataInsights, IssueKind } from "@/api/types";
import { ErrorState } from "@/components/layout/states";
import { Skeleton } from "@/components/ui/skeleton";
import { PictureDialog } from "@/features/pictures/components/picture-dialog";
import { useReachEnd } from "@/hooks/use-reach-end";
import { useIssues } from "../api/list-issues";
import { groupsOf } from "../groups";
import { useSettle } from "../hooks/use-settle";
import { ISSUE_KINDS } from "../issue-kinds";
import { GroupList } from "./group-list";
import { IssueGrid } from "./issue-grid";
import { LabelList } from "./label-list";
import { NoIssues } from "./no-issues";

interface IssueListProps {
  kind: IssueKind;
  kept: boolean;
  checking: boolean;
  insights: DataInsights;
}

/** The pictures of one kind of issue, in the form in which they are best settled. */
export function IssueList({ kind, kept, checking, insights }: IssueListProps) {
  const query = useIssues(kind, kept);
  const end = useReachEnd(query);
  const { gone, settle } = useSettle();
  const [opened, setOpened] = useState<number | null>(null);
  const { view } = ISSUE_KINDS[kind];
  const items = query.data?.pages.flatMap((page) => page.items).filter(({ image }) => !gone.has(image.id)) ?? [];
  if (query.isError && !query.data)
    return <ErrorState title="The issues could not be loaded" error={query.error} onRetry={() => query.refetch()} />;
  if (query.isPending)
    return (
      <div role="status" aria-busy="true" aria-label="Loading" className="grid gap-3 sm:grid-cols-3">
        {["a", "b", "c", "d", "e", "f"].map((name) => (
          <Skeleton key={name} className="h-48" />
        ))}
      </div>
    );
  if (items.length === 0 && !query.hasNextPage)
    return <NoIssues kind={kind} kept={kept} checking={checking} insights={insights} />;
  const props = { kind, items, settle, onOpen: setOpened };
  return (
    <>
      {kept || view === "grid" ? (
        <IssueGrid {...props} kept={kept} />
      ) : view === "labels" ? (
        <LabelList {...props} />
      ) : (
        <GroupList kind={kind} groups={groupsOf(items, query.hasNextPage)} settle={settle} onOpen={setOpened} />
      )}
      {query.isFetchNextPageError && (
        <ErrorState title="More issues could not be loaded" error={query.error} onRetry={() => query.fetchNextPage()} />
      )}
      <div ref={end} />
      {opened !== null && (
        <PictureDialog
          id={opened}
          ids={items.map(({ image }) => image.id)}
          onOpen={setOpened}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}
