"use client";
import { useWorkspace } from "@/api/workspace";
import { PageHeader } from "@/components/layout/page-header";
import { AttentionPanel } from "./attention-panel";
import { ChampionPanel } from "./champion-panel";
import { QuickPredict } from "./quick-predict";
import { RecentActivity } from "./recent-activity";

/** Two columns, where there is room; else the pictures to ask about come before what is to be done. */
const COLUMN = "contents gap-4 lg:grid lg:grid-cols-1";

/** Where one begins: what is in service, what needs attention, what happened, and a picture to ask about. */
export function OverviewView() {
  const workspace = useWorkspace().data;
  return (
    <>
      <PageHeader title="Overview" description={workspace?.name} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className={COLUMN}>
          <ChampionPanel />
          <div className="min-w-0 max-lg:order-1">
            <AttentionPanel />
          </div>
        </div>
        <div className={COLUMN}>
          <QuickPredict />
          <div className="min-w-0 max-lg:order-1">
            <RecentActivity />
          </div>
        </div>
      </div>
    </>
  );
}
