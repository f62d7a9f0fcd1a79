"use client";
import { Boxes } from "lucide-react";
import { useInsights } from "@/api/insights";
import { useModels, usePromotions } from "@/api/models";
import { useMonitoringSummary } from "@/api/monitoring";
import type { Model } from "@/api/types";
import { accuracyWords } from "@/components/layout/accuracy";
import { FactList, Figures } from "@/components/layout/facts";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { formatCount, formatInterval, formatMilliseconds, formatPercent, NOT_MEASURED, plural } from "@/lib/format";

/** The version that answers, with its numbers from the test and from service. */
export function ChampionPanel() {
  const query = useModels();
  const champion = query.data?.items.find(({ aliases }) => aliases.includes("champion"));
  return (
    <Panel
      title={champion ? `Version ${champion.version} is in service` : "In service"}
      description={champion && "The champion: every answer comes from it."}
      actions={
        champion && (
          <ButtonLink href={`/models/?version=${champion.version}`} size="sm">
            All its numbers
          </ButtonLink>
        )
      }
    >
      <QueryStates query={query} skeleton="h-56" errorTitle="The versions could not be loaded">
        {() => (champion ? <Champion model={champion} /> : <NoChampion />)}
      </QueryStates>
    </Panel>
  );
}

function Champion({ model }: { model: Model }) {
  const { metrics } = model;
  const since = usePromotions().data?.items.find(({ to_version }) => to_version === model.version)?.created_at;
  const { data: day, isError } = useMonitoringSummary("24h");
  const p95 = day?.latency_ms.p95 ?? null;
  return (
    <div className="grid gap-4" data-testid="champion">
      <Figures
        className="sm:grid-cols-2"
        facts={[
          {
            term: "Accuracy",
            value: <span title={accuracyWords(metrics)}>{formatPercent(metrics.accuracy)}</span>,
            note: `of ${plural(metrics.total, "test picture")}, 95% interval ${formatInterval(metrics.accuracy_low, metrics.accuracy_high)}`,
          },
          { term: "F1 (macro)", value: formatPercent(metrics.f1_macro), note: "mean of the classes" },
          {
            term: "Asked in 24 hours",
            value: day ? formatCount(day.requests) : isError ? "unknown" : "…",
            note: day && `${formatCount(day.abstained)} of them “unknown”`,
          },
          {
            term: "Answer time, p95",
            value: p95 === null ? (isError ? "unknown" : NOT_MEASURED) : formatMilliseconds(p95),
            note: "in the last 24 hours",
          },
        ]}
      />
      <FactList
        facts={[
          { term: "In service since", value: since ? <RelativeTime iso={since} /> : "unknown" },
          { term: "Trained", value: <RelativeTime iso={model.created_at} /> },
          { term: "Recipe", value: model.recipe },
          { term: "Tells apart", value: plural(model.class_names.length, "class", "classes") },
        ]}
      />
    </div>
  );
}

/** The way from nothing to the first version; the step that is next is the one to take. */
function NoChampion() {
  const query = useInsights();
  return (
    <QueryStates query={query} skeleton="h-40" errorTitle="The data set could not be read">
      {({ dataset_version, image_dimensions }) => (
        <EmptyState
          icon={Boxes}
          title={dataset_version === null ? "Begin with your pictures" : "No model is in service yet"}
          action={
            <ButtonLink href={dataset_version === null ? "/data/import/" : "/train/"} variant="primary">
              {dataset_version === null ? "Import pictures" : "Train a version"}
            </ButtonLink>
          }
        >
          {dataset_version === null
            ? "Three steps: import pictures in a folder for each class, train a version on them, and ask it about new ones."
            : `${plural(image_dimensions.total_images, "picture")} are here. Train a version on them; the first one goes into service by itself.`}
        </EmptyState>
      )}
    </QueryStates>
  );
}
