"use client";
import { useModel, useModels, useReport } from "@/api/models";
import type { Model, ModelReport } from "@/api/types";
import { TrainingCharts } from "@/components/jobs/training-charts";
import { BackLink } from "@/components/layout/back-link";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { plural } from "@/lib/format";
import { compareAddress } from "../comparison/comparison";
import { WorstMistakes } from "../mistakes/worst-mistakes";
import { AliasBadges } from "../versions/alias-badges";
import { PromoteButton } from "../versions/promote-button";
import { ConfusionMatrix } from "./confusion-matrix";
import { Downloads } from "./downloads";
import { HeadlineFigures } from "./headline-figures";
import { Lineage } from "./lineage";
import { PerClassTable } from "./per-class-table";
import { ReliabilityChart } from "./reliability-chart";
import { weakestWords } from "./report-words";
import { ThresholdPanel } from "./threshold-panel";

/** One version: its numbers, its mistakes, where it comes from, and its files. */
export function ModelDetail({ version }: { version: number }) {
  const query = useModel(version);
  const champion = useModels().data?.items.find((model) => model.aliases.includes("champion"));
  const model = query.data;
  return (
    <>
      <BackLink href="/models/">Models</BackLink>
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-3">
            Version {version} {model && <AliasBadges aliases={model.aliases} />}
          </span>
        }
        description={
          model && (
            <>
              Made <RelativeTime iso={model.created_at} /> from version {model.dataset_version} of the data, measured on{" "}
              {plural(model.metrics.total, "test picture")}
            </>
          )
        }
        actions={
          model &&
          champion &&
          champion.version !== version && (
            <>
              <ButtonLink href={compareAddress(champion.version, version)}>
                Compare with version {champion.version}
              </ButtonLink>
              <PromoteButton model={model} champion={champion} />
            </>
          )
        }
      />
      <QueryStates query={query} skeleton={<DetailSkeleton />} errorTitle={`Version ${version} could not be loaded`}>
        {(ready) => <Detail model={ready} />}
      </QueryStates>
    </>
  );
}

function Detail({ model }: { model: Model }) {
  const report = useReport(model.version);
  return (
    <div className="grid gap-8">
      <HeadlineFigures metrics={model.metrics} classes={model.class_names.length} report={report.data} />
      <QueryStates query={report} skeleton="h-96 rounded-xl" errorTitle="The report could not be loaded">
        {(ready) => <Report report={ready} />}
      </QueryStates>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Where it comes from">
          <Lineage model={model} report={report.data} />
        </Panel>
        <Panel title="Files" description="The same model in several formats, with the preprocessing inside.">
          <Downloads model={model} exports={report.data?.exports} />
        </Panel>
      </div>
    </div>
  );
}

function Report({ report }: { report: ModelReport }) {
  return (
    <>
      <Panel>
        <ConfusionMatrix report={report} />
      </Panel>
      <WorstMistakes report={report} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Class by class" description={weakestWords(report.weakest_classes)}>
          <PerClassTable report={report} />
        </Panel>
        <div className="grid gap-4">
          <Panel>
            <ReliabilityChart report={report} />
          </Panel>
          <ThresholdPanel report={report} />
        </div>
      </div>
      {report.history.length > 0 && (
        <Panel title="Training">
          <TrainingCharts figures={report.history} />
        </Panel>
      )}
    </>
  );
}

function DetailSkeleton() {
  return (
    <div className="grid gap-8">
      <Skeleton className="h-26 rounded-xl" />
      <Skeleton className="h-96 rounded-xl" />
    </div>
  );
}
