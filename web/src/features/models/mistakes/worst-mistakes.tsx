"use client";
import { useRouter } from "next/navigation";
import type { ModelReport } from "@/api/types";
import { Panel } from "@/components/layout/panel";
import { QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { useClassColor } from "@/hooks/use-class-color";
import { HeatMapSwitch, heatMapAddress, useHeatMaps } from "@/images/heat-maps";
import { useMistakes } from "../api/reports";
import { mistakesAddress } from "../report/confusion";
import { MistakeFigure } from "./mistake-figure";

const SHOWN = 6;

/** The mistakes of which the version was surest: wrong classes, often, or what it cannot see. */
export function WorstMistakes({ report }: { report: ModelReport }) {
  const { version } = report;
  const router = useRouter();
  const color = useClassColor(report.class_names);
  const heat = useHeatMaps(report.exports?.heat_maps ?? false);
  const address = mistakesAddress(version);
  return (
    <Panel
      title="Surest mistakes"
      description="Where it was sure and wrong. Often the class of the picture is what is wrong."
      actions={
        <>
          <HeatMapSwitch {...heat} />
          <ButtonLink href={address} size="sm">
            See all, and correct them
          </ButtonLink>
        </>
      }
    >
      <QueryStates
        query={useMistakes(version, null)}
        skeleton="h-44"
        errorTitle="The mistakes could not be loaded"
        none={(reason) => <p className="text-sm text-muted-foreground">{reason}</p>}
      >
        {({ pages }) => {
          const items = pages[0]?.items.slice(0, SHOWN) ?? [];
          if (items.length === 0)
            return <p className="text-sm text-muted-foreground">Every test picture was answered right.</p>;
          return (
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-4" data-testid="worst-mistakes">
              {items.map((item) => (
                <li key={item.image_id}>
                  <MistakeFigure
                    item={item}
                    color={color}
                    overlay={heat.shown ? heatMapAddress(version, item.image_id) : null}
                    onOpen={() => router.push(address)}
                    tabbable
                  />
                </li>
              ))}
            </ul>
          );
        }}
      </QueryStates>
    </Panel>
  );
}
