"use client";
import { ImagePlus, Tags } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import type { DataInsights } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { followJob, useFollowedJob } from "@/features/jobs/hooks/use-followed-job";
import { useInsights } from "@/features/workspace/api/get-insights";
import { formatCount } from "@/lib/format";
import { useStore } from "@/lib/store";
import { importUpload } from "../import-upload";
import { ClassDistribution } from "./class-distribution";
import { ClassSamples } from "./class-samples";
import { DataFacts } from "./data-facts";
import { ImportPanel } from "./import-panel";

export function DatasetView() {
  const query = useInsights();
  const asked = useSearchParams().has("add");
  const router = useRouter();
  const [adding, setAdding] = useState(false);
  const jobId = useFollowedJob("import");
  const upload = useStore(importUpload);
  const busy = jobId !== undefined || upload.phase !== "idle";
  const empty = query.data?.dataset_version === null;
  const showImport = adding || asked || busy || empty;
  // "Add more pictures" leaves the panel open when it puts the finished job away.
  useEffect(() => {
    if (busy) setAdding(true);
  }, [busy]);
  const close = () => {
    setAdding(false);
    followJob("import", undefined);
    if (asked) router.replace("/data/");
  };
  return (
    <>
      <PageHeader
        title="Data"
        description={
          query.data && (empty ? "No pictures yet" : `Version ${query.data.dataset_version} of the data set`)
        }
        actions={
          !showImport && (
            <Button variant="primary" onClick={() => setAdding(true)}>
              <ImagePlus /> Add pictures
            </Button>
          )
        }
      />
      {showImport && <ImportPanel onClose={empty ? undefined : close} />}
      <QueryStates query={query} skeleton={<DatasetSkeleton />} errorTitle="The data set could not be read">
        {(insights) =>
          insights.dataset_version !== null && (
            <div className="grid gap-8">
              <Figures
                facts={[
                  { term: "Pictures", value: formatCount(insights.image_dimensions.total_images) },
                  { term: "Classes", value: formatCount(Object.keys(insights.class_distribution).length) },
                  { term: "Without a class", value: formatCount(insights.unlabeled) },
                  {
                    term: "Set aside",
                    value: formatCount(insights.issues.quarantined ?? 0),
                    note: "could not be read",
                  },
                ]}
              />
              <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
                <Panel>{hasClasses(insights) ? <ClassDistribution insights={insights} /> : <NoClasses />}</Panel>
                <Panel title="Splits and sizes">
                  <DataFacts insights={insights} />
                </Panel>
              </div>
              <Panel
                title="Samples"
                actions={
                  <Button asChild size="sm">
                    <Link href="/data/pictures/">See all pictures</Link>
                  </Button>
                }
              >
                {hasClasses(insights) && <ClassSamples insights={insights} />}
              </Panel>
            </div>
          )
        }
      </QueryStates>
    </>
  );
}

function hasClasses(insights: DataInsights): boolean {
  return Object.keys(insights.class_distribution).length > 0;
}

function NoClasses() {
  return (
    <EmptyState icon={Tags} title="No picture has a class yet">
      Add a ZIP with a folder for each class, such as cats and dogs. A version learns from pictures that have one.
    </EmptyState>
  );
}

export function DatasetSkeleton() {
  return (
    <div className="grid gap-8">
      <Skeleton className="h-22 rounded-xl" />
      <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
        <Skeleton className="h-96 rounded-xl" />
        <Skeleton className="h-96 rounded-xl" />
      </div>
      <Skeleton className="h-96 rounded-xl" />
    </div>
  );
}
