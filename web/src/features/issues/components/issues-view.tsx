"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { useInsights } from "@/api/insights";
import type { DataInsights } from "@/api/types";
import { useFollowedJob } from "@/components/jobs/followed-job";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { CheckState } from "@/images/check-state";
import { NoImages } from "@/images/import-button";
import { ISSUE_KINDS, isIssueKind, issueAddress, KIND_ORDER, openIssues } from "@/images/issue-kinds";
import { plural } from "@/lib/format";
import { IssueList } from "./issue-list";
import { KindTabs } from "./kind-tabs";

export function IssuesView() {
  const params = useSearchParams();
  const query = useInsights();
  const open = query.data && openIssues(query.data.issues);
  return (
    <>
      <PageHeader
        title="Issues"
        description={open !== undefined && (open === 0 ? "Nothing is open" : `${plural(open, "issue")} to look at`)}
      />
      <QueryStates query={query} skeleton="h-96" errorTitle="The issues could not be read">
        {(insights) =>
          insights.dataset_version === null ? (
            <NoImages>What is wrong with the pictures is found as they come in.</NoImages>
          ) : (
            <Issues insights={insights} asked={params.get("kind")} kept={params.has("kept")} />
          )
        }
      </QueryStates>
    </>
  );
}

interface IssuesProps {
  insights: DataInsights;
  /** What the address asks for. */
  asked: string | null;
  kept: boolean;
}

function Issues({ insights, asked, kept }: IssuesProps) {
  const router = useRouter();
  const kind = isIssueKind(asked) ? asked : (KIND_ORDER.find((one) => insights.issues[one]) ?? "near_duplicate");
  const checking = useFollowedJob("check") !== undefined;
  const { looksFor, byCheck, view } = ISSUE_KINDS[kind];
  const { labels } = insights.checks;
  const stale = !insights.checks.up_to_date && insights.checks.checked_at !== null;
  return (
    <>
      <KindTabs kind={kind} counts={insights.issues} />
      {(checking || (stale && (byCheck || view === "groups"))) && (
        <Panel className="mb-4">
          <CheckState checks={insights.checks} />
        </Panel>
      )}
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3 text-sm text-muted-foreground">
        <p>
          This looks for {looksFor}.{kind === "label" && labels && !labels.weak && <> {labels.verdict}</>}
        </p>
        <div className="flex items-center gap-4">
          <Switch
            label="Show kept"
            checked={kept}
            onChange={() => router.replace(`${issueAddress(kind)}${kept ? "" : "&kept=1"}`, { scroll: false })}
          />
          <ButtonLink href={`/data/pictures/?issue=${kind}`} variant="link" size="sm">
            See in the gallery
          </ButtonLink>
        </div>
      </div>
      <IssueList key={`${kind}-${kept}`} kind={kind} kept={kept} checking={checking} insights={insights} />
    </>
  );
}
