"use client";
import Link from "next/link";
import type { Model } from "@/api/types";
import { Figures } from "@/components/layout/facts";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { QueryStates } from "@/components/layout/states";
import { Skeleton } from "@/components/ui/skeleton";
import { formatInterval, formatMetric, formatPercent, plural } from "@/lib/format";
import { useModel } from "../api/get-model";
import { useReport } from "../api/get-report";
import { useModels } from "../api/list-models";
import { AliasBadges } from "./alias-badges";
import { ConfusionMatrix } from "./confusion-matrix";
import { Downloads } from "./downloads";
import { Lineage } from "./lineage";
import { PerClassTable } from "./per-class-table";
import { PromoteButton } from "./promote-button";
import { ReliabilityChart } from "./reliability-chart";

/** One version: its numbers, its mistakes, where it comes from, and its files. */
export function ModelDetail({ version }: { version: number }) {
  const query = useModel(version);
  const champion = useModels().data?.items.find((model) => model.aliases.includes("champion"));
  const model = query.data;
  return (
    <>
      <p className="mb-3 text-sm">
        <Link href="/models/" className="text-muted-foreground hover:text-foreground hover:underline">
          ← Models
        </Link>
      </p>
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
        actions={model && !model.aliases.includes("champion") && <PromoteButton model={model} champion={champion} />}
      />
      <QueryStates query={query} skeleton={<DetailSkeleton />} errorTitle={`Version ${version} could not be loaded`}>
        {(ready) => <Detail model={ready} />}
      </QueryStates>
    </>
  );
}

function Detail({ model }: { model: Model }) {
  const report = useReport(model.version);
  const { metrics } = model;
  return (
    <div className="grid gap-8">
      <Figures
        facts={[
          {
            term: "Accuracy",
            value: formatPercent(metrics.accuracy),
            note: `95% interval ${formatInterval(metrics.accuracy_low, metrics.accuracy_high)}`,
          },
          {
            term: "F1 (macro)",
            value: formatPercent(metrics.f1_macro),
            note: `weighted ${formatPercent(metrics.f1_weighted)}`,
          },
          {
            term: "Precision (macro)",
            value: formatPercent(metrics.precision_macro),
            note: `recall ${formatPercent(metrics.recall_macro)}`,
          },
          {
            term: "Log loss",
            value: formatMetric(metrics.log_loss),
            note: `calibration error ${formatPercent(metrics.ece)}`,
          },
        ]}
      />
      <QueryStates
        query={report}
        skeleton={<Skeleton className="h-96 rounded-xl" />}
        errorTitle="The report could not be loaded"
      >
        {(ready) => (
          <>
            <Panel>
              <ConfusionMatrix report={ready} />
            </Panel>
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <Panel title="Class by class">
                <PerClassTable report={ready} />
              </Panel>
              <Panel>
                <ReliabilityChart report={ready} />
              </Panel>
            </div>
          </>
        )}
      </QueryStates>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="Where it comes from">
          <Lineage model={model} />
        </Panel>
        <Panel title="Files" description="The same model in three formats, which give the same answers.">
          <Downloads model={model} />
        </Panel>
      </div>
    </div>
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
