"use client";
import type { DataInsights, IssueKind } from "@/api/types";
import { EndlessStates } from "@/components/layout/endless-states";
import { CardsSkeleton } from "@/components/ui/skeleton";
import { ISSUE_KINDS } from "@/images/issue-kinds";
import { useSettle } from "@/images/labels/use-settle";
import { useIssues } from "../api/list-issues";
import { groupsOf } from "../groups";
import { GroupGrid } from "./group-grid";
import { IssueGrid } from "./issue-grid";
import { NoIssues } from "./no-issues";

interface IssueListProps {
  kind: IssueKind;
  kept: boolean;
  checking: boolean;
  insights: DataInsights;
}

/** The images of one kind of issue, in the form in which they are best settled. */
export function IssueList({ kind, kept, checking, insights }: IssueListProps) {
  const query = useIssues(kind, kept);
  const { gone, settle } = useSettle("issues");
  const { view } = ISSUE_KINDS[kind];
  return (
    <EndlessStates query={query} skeleton={<CardsSkeleton />} errorTitle="The issues could not be loaded">
      {(pages) => {
        const items = pages.flatMap((page) => page.items).filter(({ image }) => !gone.has(image.id));
        if (items.length === 0 && !query.hasNextPage)
          return <NoIssues kind={kind} kept={kept} checking={checking} insights={insights} />;
        return view === "groups" && !kept ? (
          <GroupGrid kind={kind} groups={groupsOf(items, query.hasNextPage)} settle={settle} />
        ) : (
          <IssueGrid kind={kind} items={items} settle={settle} kept={kept} />
        );
      }}
    </EndlessStates>
  );
}
