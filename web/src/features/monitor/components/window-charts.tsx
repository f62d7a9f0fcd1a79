"use client";
import { Activity } from "lucide-react";
import { useMonitoringSeries, useMonitoringSummary } from "@/api/monitoring";
import type { MonitoringSeries, MonitoringSummary } from "@/api/types";
import { LineChart, StackChart } from "@/components/charts/lazy";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useClassColor } from "@/hooks/use-class-color";
import { formatMilliseconds, formatPercent, formatRate } from "@/lib/format";
import {
  clockOf,
  latencyAnswer,
  mixAnswer,
  promotionMarks,
  seriesRows,
  sureAnswer,
  trafficAnswer,
  WINDOW_WORDS,
  type WindowName,
} from "../answers";

/** Requests, answer times, certainty and classes over a window; promotions are marked. */
export function WindowCharts({ window }: { window: WindowName }) {
  const series = useMonitoringSeries(window);
  const summary = useMonitoringSummary(window).data;
  return (
    <QueryStates query={series} skeleton={<ChartsSkeleton />} errorTitle="The course over time could not be read">
      {(data) =>
        summary === undefined ? (
          <ChartsSkeleton />
        ) : summary.requests === 0 ? (
          <Panel>
            <EmptyState
              icon={Activity}
              title={`Nothing was asked ${WINDOW_WORDS[window]}`}
              action={<ButtonLink href="/predict/">Ask about a picture</ButtonLink>}
            >
              Each picture that is asked about, on the page or by a program, is counted here, with how long it took and
              how sure the answer was.
            </EmptyState>
          </Panel>
        ) : (
          <Charts series={data} summary={summary} />
        )
      }
    </QueryStates>
  );
}

function Charts({ series, summary }: { series: MonitoringSeries; summary: MonitoringSummary }) {
  const color = useClassColor(series.classes);
  const rows = seriesRows(series);
  const shared = { xLabel: "time", formatX: clockOf(series.window_s), marks: promotionMarks(series) };
  const line = { ...shared, rows, gaps: true };
  return (
    <div className="grid gap-4 lg:grid-cols-2" data-testid="window-charts">
      <Panel>
        <LineChart
          topic="Requests a second"
          title={trafficAnswer(rows, summary)}
          series={[
            { key: "requests", label: "requests", color: "var(--accent)" },
            { key: "failed", label: "failed", color: "var(--negative)" },
          ]}
          format={formatRate}
          free="from zero"
          {...line}
        />
      </Panel>
      <Panel>
        <LineChart
          topic="Answer time"
          title={latencyAnswer(summary)}
          series={[
            { key: "p50", label: "p50", color: "var(--chart-3)" },
            { key: "p95", label: "p95", color: "var(--accent)" },
            { key: "p99", label: "p99, in ms", color: "var(--chart-2)" },
          ]}
          format={formatMilliseconds}
          free="from zero"
          {...line}
        />
      </Panel>
      <Panel>
        <LineChart
          topic="Certainty"
          title={sureAnswer(summary)}
          series={[
            { key: "confidence", label: "mean confidence", color: "var(--accent)" },
            { key: "unknown", label: "share of “unknown”", color: "var(--chart-2)" },
            { key: "unlike", label: "of it unlike the training data", color: "var(--chart-4)" },
          ]}
          format={formatPercent}
          {...line}
        />
      </Panel>
      <Panel>
        <StackChart
          topic="Classes"
          title={mixAnswer(summary)}
          labels={series.classes}
          color={color}
          {...shared}
          rows={series.points.map(({ at, classes }) => ({ x: Date.parse(at), counts: classes }))}
        />
      </Panel>
    </div>
  );
}

function ChartsSkeleton() {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      {["a", "b", "c", "d"].map((name) => (
        <Skeleton key={name} className="h-88 rounded-xl" />
      ))}
    </div>
  );
}
