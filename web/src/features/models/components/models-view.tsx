"use client";
import { Boxes, Play } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useWorkspace } from "@/features/workspace/api/get-workspace";
import { plural } from "@/lib/format";
import { useModels } from "../api/list-models";
import { ModelDetail } from "./model-detail";
import { PromotionHistory } from "./promotion-history";
import { RollbackButton } from "./rollback-button";
import { TrainDialog } from "./train-dialog";
import { TrainingPanel } from "./training-panel";
import { VersionsTable } from "./versions-table";

/** All versions, or the one that the address names. */
export function ModelsView() {
  const version = Number(useSearchParams().get("version"));
  return version > 0 ? <ModelDetail key={version} version={version} /> : <ModelList />;
}

function ModelList() {
  const router = useRouter();
  const asked = useSearchParams().has("train");
  const [opened, setOpened] = useState(false);
  const query = useModels();
  const hasData = useWorkspace().data?.dataset_version !== null;
  const train = (
    <Button variant="primary" onClick={() => setOpened(true)}>
      <Play /> Train a new version
    </Button>
  );
  const onOpenChange = (open: boolean) => {
    setOpened(open);
    if (!open && asked) router.replace("/models/");
  };
  return (
    <>
      <PageHeader
        title="Models"
        description={query.data && query.data.items.length > 0 && plural(query.data.items.length, "version")}
        actions={
          <>
            <RollbackButton />
            {hasData && train}
          </>
        }
      />
      <TrainDialog open={opened || asked} onOpenChange={onOpenChange} />
      <TrainingPanel />
      <div className="grid gap-8">
        <Panel title="Versions">
          <QueryStates
            query={query}
            skeleton={<Skeleton className="h-48" />}
            errorTitle="The versions could not be loaded"
          >
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

function NoVersions({ hasData }: { hasData: boolean }) {
  return (
    <EmptyState
      icon={Boxes}
      title="No version yet"
      action={
        !hasData && (
          <Button asChild variant="primary">
            <Link href="/data/import/">Add pictures</Link>
          </Button>
        )
      }
    >
      {hasData
        ? "Each training gives a version with its data, its numbers and its files. Train the first one."
        : "A version is trained on labelled pictures. Add some first."}
    </EmptyState>
  );
}
