import { CircleCheck, ScanSearch } from "lucide-react";
import type { DataInsights, IssueKind } from "@/api/types";
import { EmptyState } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { CheckButton } from "@/images/check-state";
import { ISSUE_KINDS, issueAddress, KIND_ORDER } from "@/images/issue-kinds";

interface NoIssuesProps {
  kind: IssueKind;
  kept: boolean;
  checking: boolean;
  insights: DataInsights;
}

/** Why there is nothing to see: not looked for yet, not to be told, or nothing found. */
export function NoIssues({ kind, kept, checking, insights: { checks, issues } }: NoIssuesProps) {
  const { title, looksFor, byCheck } = ISSUE_KINDS[kind];
  if (byCheck && checks.checked_at === null)
    return (
      <EmptyState icon={ScanSearch} title="Not checked yet" action={!checking && <CheckButton variant="primary" />}>
        The check of the whole data set looks for {looksFor}. It has not been done yet.
      </EmptyState>
    );
  if (kind === "label" && !kept && checks.labels?.weak)
    return (
      <EmptyState icon={ScanSearch} title="No suspects can be named">
        {checks.labels.verdict}
      </EmptyState>
    );
  const next = KIND_ORDER.find((one) => one !== kind && issues[one]);
  return (
    <EmptyState
      icon={CircleCheck}
      title={kept ? "Nothing was kept" : "Nothing is open"}
      action={next && <ButtonLink href={issueAddress(next)}>Go on with: {ISSUE_KINDS[next].title}</ButtonLink>}
    >
      {kept
        ? `${title} that you keep as they are can be found here.`
        : `This looks for ${looksFor}. None was found, or all are settled.`}
    </EmptyState>
  );
}
