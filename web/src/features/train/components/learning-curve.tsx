"use client";
import { ChartLine } from "lucide-react";
import type { LearningCurve as Curve } from "@/api/types";
import { LineChart } from "@/components/charts/lazy";
import { FollowedJob, useFollowedJob } from "@/components/jobs/followed-job";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { formatCount, formatPercent } from "@/lib/format";
import { useLearningCurve, useMeasureLearningCurve } from "../api/training";

const TOPIC = "Is more data worth it?";

/** What more images would bring, told from how accuracy grew with those that are here. */
export function LearningCurve() {
  const query = useLearningCurve();
  const measuring = useFollowedJob("learning_curve");
  return (
    <Panel>
      <QueryStates query={query} skeleton="h-80" errorTitle="The learning curve could not be loaded">
        {({ curve, computed_at, up_to_date }) => (
          <div className="grid gap-4" data-testid="learning-curve">
            {curve && <CurveChart curve={curve} />}
            {measuring ? (
              <FollowedJob kind="learning_curve" />
            ) : computed_at === null ? (
              <EmptyState icon={ChartLine} title={TOPIC} action={<MeasureButton label="Find out" primary />}>
                Heads are trained on growing shares of the pictures. How their accuracy grows tells what more pictures
                would bring. It takes seconds once the pictures have been checked.
              </EmptyState>
            ) : (
              <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-muted-foreground">
                <p>
                  {up_to_date ? "Measured " : "The pictures have changed since it was measured, "}
                  <RelativeTime iso={computed_at} />.
                </p>
                <MeasureButton label="Measure again" primary={!up_to_date} />
              </div>
            )}
          </div>
        )}
      </QueryStates>
    </Panel>
  );
}

function CurveChart({ curve }: { curve: Curve }) {
  return (
    <LineChart
      topic={TOPIC}
      title={curve.verdict}
      xLabel="labelled training pictures"
      rows={curve.points.map(({ images, accuracy, low, high }) => ({ x: images, accuracy, low, high }))}
      series={[
        { key: "accuracy", label: "accuracy, with its 95% interval", color: "var(--accent)", band: ["low", "high"] },
      ]}
      format={formatPercent}
      formatX={formatCount}
    />
  );
}

function MeasureButton({ label, primary }: { label: string; primary: boolean }) {
  const measure = useMeasureLearningCurve();
  return (
    <Button
      size="sm"
      variant={primary ? "primary" : "outline"}
      disabled={measure.isPending}
      onClick={() => measure.mutate()}
    >
      {label}
    </Button>
  );
}
