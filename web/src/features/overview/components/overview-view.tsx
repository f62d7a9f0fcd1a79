"use client";
import { useWorkspace } from "@/api/workspace";
import { PageHeader } from "@/components/layout/page-header";
import { AttentionPanel } from "./attention-panel";
import { ChampionPanel } from "./champion-panel";
import { QuickPredict } from "./quick-predict";
import { RecentActivity } from "./recent-activity";

/** Where one begins: what is in service, what needs attention, what happened, and a picture to ask about. */
export function OverviewView() {
  const workspace = useWorkspace().data;
  return (
    <>
      <PageHeader title="Overview" description={workspace?.name} />
      <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <ChampionPanel />
        <QuickPredict />
        <AttentionPanel />
        <RecentActivity />
      </div>
    </>
  );
}
