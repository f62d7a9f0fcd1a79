"use client";
import { useInsights } from "@/api/insights";
import { BackLink } from "@/components/layout/back-link";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { QueryStates } from "@/components/layout/states";
import { useSettle } from "@/images/labels/use-settle";
import { plural } from "@/lib/format";
import { useWorthLabelling } from "../api/training";
import { LabelGrid } from "./label-grid";
import { NothingToLabel } from "./worth-labelling";

/** The images most worth labelling, one key each. */
export function LabelView() {
  const query = useWorthLabelling();
  const unlabeled = useInsights().data?.unlabeled ?? 0;
  const { gone, settle } = useSettle("worth-labelling");
  return (
    <>
      <BackLink href="/train/">Train</BackLink>
      <PageHeader
        title="Pictures most worth labelling"
        description={
          unlabeled > 0 && `${plural(unlabeled, "picture")} without a class; those that would help most come first`
        }
      />
      <QueryStates query={query} skeleton="h-96" errorTitle="They could not be loaded">
        {({ items, computed_at }) => {
          const left = items.filter(({ image }) => image.label === null && !image.excluded && !gone.has(image.id));
          if (left.length === 0)
            return (
              <Panel>
                <NothingToLabel unlabeled={unlabeled} found={computed_at !== null} />
              </Panel>
            );
          return <LabelGrid items={left} settle={settle} />;
        }}
      </QueryStates>
    </>
  );
}
