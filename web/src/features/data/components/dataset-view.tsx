"use client";
import { FileDown, Tags } from "lucide-react";
import { useInsights } from "@/api/insights";
import type { DataInsights } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { CheckState } from "@/images/check-state";
import { ImportButton, NoImages } from "@/images/import-button";
import { openIssues } from "@/images/issue-kinds";
import { formatBytes, formatCount } from "@/lib/format";
import { balanceAnswer } from "../answers";
import { ClassDistribution } from "./class-distribution";
import { ClassSamples } from "./class-samples";
import { DataFacts } from "./data-facts";
import { IssueCounts } from "./issue-counts";
import { MeasureCharts } from "./measure-charts";

export function DatasetView() {
  const query = useInsights();
  const version = query.data?.dataset_version;
  const empty = version === null;
  return (
    <>
      <PageHeader
        title="Data"
        description={query.data && (empty ? "No pictures yet" : `Version ${version} of the data set`)}
        actions={
          query.data &&
          !empty && (
            <>
              <ButtonLink href="/api/data-report" download>
                <FileDown /> Report
              </ButtonLink>
              <ImportButton />
            </>
          )
        }
      />
      <QueryStates query={query} skeleton={<DatasetSkeleton />} errorTitle="The data set could not be read">
        {(insights) => (insights.dataset_version === null ? <Nothing /> : <Overview insights={insights} />)}
      </QueryStates>
    </>
  );
}

function Overview({ insights }: { insights: DataInsights }) {
  const labels = Object.keys(insights.class_distribution);
  const balance = balanceAnswer(insights.class_balance);
  return (
    <div className="grid gap-4">
      <Figures
        facts={[
          {
            term: "Pictures",
            value: formatCount(insights.image_dimensions.total_images),
            note: formatBytes(insights.total_bytes),
          },
          { term: "Classes", value: formatCount(labels.length) },
          {
            term: "Without a class",
            value: formatCount(insights.unlabeled),
            note: insights.excluded > 0 && `${formatCount(insights.excluded)} more excluded`,
          },
          {
            term: "Set aside",
            value: formatCount(insights.issues.quarantined ?? 0),
            note: insights.issues.quarantined ? (
              <Link href="/data/import/" className="underline underline-offset-2">
                see why
              </Link>
            ) : (
              "could not be read"
            ),
          },
        ]}
      />
      <Panel title={openIssues(insights.issues) > 0 ? "To look at" : "Quality"}>
        <div className="grid gap-4">
          <IssueCounts insights={insights} />
          <CheckState checks={insights.checks} />
        </div>
      </Panel>
      <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
        <Panel>
          {labels.length > 0 ? <ClassDistribution insights={insights} /> : <NoClasses />}
          {balance && <p className="mt-4 text-sm text-warning">{balance}</p>}
        </Panel>
        <Panel title="Splits and sizes">
          <DataFacts insights={insights} />
        </Panel>
      </div>
      <MeasureCharts insights={insights} />
      {labels.length > 0 && (
        <Panel
          title="Samples"
          actions={
            <ButtonLink href="/data/pictures/" size="sm">
              See all pictures
            </ButtonLink>
          }
        >
          <ClassSamples insights={insights} />
        </Panel>
      )}
    </div>
  );
}

function Nothing() {
  return (
    <NoImages>
      Import a ZIP with a folder for each class, a data set by its name, or loose pictures. What is in them, and what is
      wrong with them, is shown here.
    </NoImages>
  );
}

function NoClasses() {
  return (
    <EmptyState icon={Tags} title="No picture has a class yet">
      Import a ZIP with a folder for each class, such as cats and dogs. A version learns from pictures that have one.
    </EmptyState>
  );
}

function DatasetSkeleton() {
  return (
    <div className="grid gap-4">
      <Skeleton className="h-22 rounded-xl" />
      <Skeleton className="h-56 rounded-xl" />
      <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
        <Skeleton className="h-96 rounded-xl" />
        <Skeleton className="h-96 rounded-xl" />
      </div>
    </div>
  );
}
