"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { PageHeader } from "@/components/layout/page-header";
import { Segmented } from "@/components/ui/choice";
import { WINDOWS, windowOf } from "../answers";
import { useLiveConnection } from "../use-live-summary";
import { DriftPanel } from "./drift-panel";
import { Failures } from "./failures";
import { LastPredictions } from "./last-predictions";
import { LiveBadge } from "./live-badge";
import { LiveFigures } from "./live-figures";
import { LoadTests } from "./load-tests";
import { WindowCharts } from "./window-charts";
import { WindowFigures } from "./window-figures";

/** What the server answers: now, and over the window that the address names. */
export function MonitorView() {
  const router = useRouter();
  const window = windowOf(useSearchParams().get("window"));
  const connection = useLiveConnection();
  return (
    <>
      <PageHeader title="Monitor" description={<LiveBadge connection={connection} />} />
      <div className="grid gap-4">
        <LiveFigures />
        <Segmented
          label="Over which time"
          value={window}
          options={WINDOWS}
          onChange={(next) => router.replace(`/monitor/?window=${next}`, { scroll: false })}
          className="mt-4 justify-self-start"
        />
        <WindowFigures window={window} />
        <WindowCharts window={window} />
        <DriftPanel window={window} />
        <div className="grid items-start gap-4 lg:grid-cols-[1fr_2fr]">
          <Failures window={window} />
          <LastPredictions />
        </div>
        <LoadTests />
      </div>
    </>
  );
}
