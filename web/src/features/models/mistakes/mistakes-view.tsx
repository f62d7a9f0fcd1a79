"use client";
import { CircleCheck, ImageOff } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { useReport } from "@/api/models";
import type { ModelReport } from "@/api/types";
import { BackLink } from "@/components/layout/back-link";
import { EndlessStates } from "@/components/layout/endless-states";
import { PageHeader } from "@/components/layout/page-header";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Select } from "@/components/ui/field";
import { CardsSkeleton } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { HeatMapSwitch, heatMapAddress, useHeatMaps } from "@/images/heat-maps";
import { useSettle } from "@/images/labels/use-settle";
import { formatCount } from "@/lib/format";
import { useMistakes } from "../api/reports";
import { cellTitle, countIn, type MatrixCell, mistakes, mistakesAddress } from "../report/confusion";
import { MistakeGrid } from "./mistake-grid";
import { isSettled } from "./mistake-words";

/** The test images that a version answered wrong, or those of the cell that the address names. */
export function MistakesView() {
  const params = useSearchParams();
  const version = Number(params.get("version"));
  const [truth, predicted] = [params.get("label"), params.get("predicted")];
  const cell = truth === null ? null : predicted === null ? { truth } : { truth, predicted };
  return (
    <>
      <BackLink href={`/models/?version=${version}`}>Version {version}</BackLink>
      <PageHeader title={cell ? cellTitle(cell) : "Mistakes"} description={`Test pictures of version ${version}`} />
      <QueryStates query={useReport(version)} skeleton={<CardsSkeleton />} errorTitle="The report could not be loaded">
        {(report) => <Mistakes key={`${truth}\n${predicted}`} report={report} cell={cell} />}
      </QueryStates>
    </>
  );
}

function Mistakes({ report, cell }: { report: ModelReport; cell: MatrixCell | null }) {
  const { version } = report;
  const query = useMistakes(version, cell);
  const heat = useHeatMaps(report.exports?.heat_maps ?? false);
  const { gone, settle } = useSettle("mistakes");
  const [all, setAll] = useState(false);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <CellSelect report={report} cell={cell} />
        <div className="flex flex-wrap gap-4">
          <Switch label="Show settled" checked={all} onChange={setAll} />
          <HeatMapSwitch {...heat} />
        </div>
      </div>
      <EndlessStates
        query={query}
        skeleton={<CardsSkeleton />}
        errorTitle="The pictures could not be loaded"
        none={(reason) => (
          <EmptyState icon={ImageOff} title="Not measured yet">
            {reason}
          </EmptyState>
        )}
      >
        {(pages) => {
          const items = pages.flatMap((page) => page.items);
          const shown = items.filter((item) => all || !(isSettled(item) || gone.has(item.image_id)));
          if (shown.length === 0 && !query.hasNextPage) return <NothingLeft settled={items.length} cell={cell} />;
          const overlay = (id: number) => (heat.shown ? heatMapAddress(version, id) : null);
          return <MistakeGrid items={shown} settle={settle} overlay={overlay} />;
        }}
      </EndlessStates>
    </>
  );
}

/** All mistakes, or one kind of them. */
function CellSelect({ report, cell }: { report: ModelReport; cell: MatrixCell | null }) {
  const router = useRouter();
  const wrong = mistakes(report).reduce((sum, one) => sum + one.count, 0);
  const cells: MatrixCell[] = mistakes(report);
  const at = cells.findIndex((one) => one.truth === cell?.truth && one.predicted === cell?.predicted);
  const options = cell && at < 0 ? [cell, ...cells] : cells;
  return (
    <Select
      aria-label="Which pictures"
      className="w-auto max-w-full"
      value={cell ? Math.max(at, 0) : -1}
      onChange={(event) =>
        router.replace(mistakesAddress(report.version, options[Number(event.target.value)]), { scroll: false })
      }
    >
      <option value={-1}>All mistakes, the surest first ({formatCount(wrong)})</option>
      {options.map((one, index) => (
        <option key={`${one.truth}\n${one.predicted}`} value={index}>
          {cellTitle(one)} ({formatCount(countIn(report, one))})
        </option>
      ))}
    </Select>
  );
}

function NothingLeft({ settled, cell }: { settled: number; cell: MatrixCell | null }) {
  if (settled > 0)
    return (
      <EmptyState icon={CircleCheck} title="All of them are settled">
        Each has another class now, or is excluded. The next training learns from that.
      </EmptyState>
    );
  return (
    <EmptyState icon={CircleCheck} title={cell ? "No such picture" : "No mistake"}>
      {cell ? "No test picture was answered so." : "Every test picture was answered right."}
    </EmptyState>
  );
}
