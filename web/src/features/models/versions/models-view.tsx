"use client";
import { Boxes, GitCompareArrows, Play } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useModels } from "@/api/models";
import { useWorkspace } from "@/api/workspace";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { plural } from "@/lib/format";
import { ModelDetail } from "../report/model-detail";
import { PromotionHistory } from "./promotion-history";
import { RollbackButton } from "./rollback-button";
import { VersionsTable } from "./versions-table";

/** All versions, or the one that the address names. */
export function ModelsView() {
  const version = Number(useSearchParams().get("version"));
  return version > 0 ? <ModelDetail key={version} version={version} /> : <ModelList />;
}

function ModelList() {
  const query = useModels();
  const hasData = useWorkspace().data?.dataset_version !== null;
  const count = query.data?.items.length ?? 0;
  return (
    <>
      <PageHeader
        title="Models"
        description={count > 0 && plural(count, "version")}
        actions={
          <>
            <RollbackButton />
            {count > 1 && (
              <ButtonLink href="/models/compare/">
                <GitCompareArrows /> Compare
              </ButtonLink>
            )}
            {hasData && count > 0 && <TrainLink />}
          </>
        }
      />
      <div className="grid gap-8">
        <Panel title="Versions">
          <QueryStates query={query} skeleton="h-48" errorTitle="The versions could not be loaded">
            {({ items }) => (items.length === 0 ? <NoVersions hasData={hasData} /> : <VersionsTable models={items} />)}
          </QueryStates>
        </Panel>
        <Panel title="History of service" description="Which version answered when, and why it was put there.">
          <PromotionHistory />
        </Panel>
      </div>
    </>
  );
}

function TrainLink() {
  return (
    <ButtonLink href="/train/" variant="primary">
      <Play /> Train a new version
    </ButtonLink>
  );
}

function NoVersions({ hasData }: { hasData: boolean }) {
  return (
    <EmptyState
      icon={Boxes}
      title="No version yet"
      action={
        hasData ? (
          <TrainLink />
        ) : (
          <ButtonLink href="/data/import/" variant="primary">
            Add pictures
          </ButtonLink>
        )
      }
    >
      {hasData
        ? "Each training gives a version with its data, its numbers and its files. Train the first one."
        : "A version is trained on labelled pictures. Add some first."}
    </EmptyState>
  );
}
