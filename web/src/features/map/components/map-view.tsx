"use client";
import { useQuery } from "@tanstack/react-query";
import { Map as MapIcon } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { client, unwrap } from "@/api/client";
import { useInsights } from "@/api/insights";
import type { EmbeddingMap } from "@/api/types";
import { useFollowedJob } from "@/components/jobs/followed-job";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Switch } from "@/components/ui/switch";
import { useClassColor } from "@/hooks/use-class-color";
import { CheckButton, CheckState } from "@/images/check-state";
import { ImageDialog } from "@/images/dialog/image-dialog";
import { NoImages } from "@/images/import-button";
import { formatCount, plural } from "@/lib/format";
import { MapCanvas } from "./map-canvas";
import { MapLegend } from "./map-legend";
import { MapList } from "./map-list";

const MOST_POINTS = 20_000;
const NO_CLASS = "no class";

export function MapView() {
  const query = useQuery({
    queryKey: ["embedding-map"],
    queryFn: () => unwrap(client.GET("/api/embedding-map", { params: { query: { limit: MOST_POINTS } } })),
    staleTime: 60_000,
  });
  const insights = useInsights().data;
  const checking = useFollowedJob("check") !== undefined;
  const checks = insights?.checks;
  return (
    <>
      <PageHeader title="Map" description={query.data && query.data.ids.length > 0 && mapWords(query.data)} />
      {checks && (checking || (checks.checked_at !== null && !checks.up_to_date)) && (
        <Panel className="mb-4">
          <CheckState checks={checks} />
        </Panel>
      )}
      <QueryStates query={query} skeleton="h-[min(70dvh,44rem)] rounded-xl" errorTitle="The map could not be loaded">
        {(map) =>
          map.ids.length > 0 ? (
            <ImageMap map={map} />
          ) : (
            <NoMap empty={insights?.dataset_version === null} checking={checking} />
          )
        }
      </QueryStates>
    </>
  );
}

function mapWords({ ids, total }: EmbeddingMap): string {
  const some = ids.length < total ? `${formatCount(ids.length)} of ${formatCount(total)} pictures` : null;
  return `${some ?? plural(total, "picture")}; those that look alike are near each other`;
}

function NoMap({ empty, checking }: { empty: boolean; checking: boolean }) {
  const words =
    "The check of the whole data set places pictures that look alike near each other: classes that run into one another, and pictures far from their class, are seen at a glance.";
  if (empty) return <NoImages>{words}</NoImages>;
  return (
    <Panel>
      <EmptyState icon={MapIcon} title="No map yet" action={!checking && <CheckButton variant="primary" />}>
        {words}
      </EmptyState>
    </Panel>
  );
}

function ImageMap({ map }: { map: EmbeddingMap }) {
  const color = useClassColor();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asList, setAsList] = useState(false);
  const [open, setOpen] = useState<{ id: number; ids: readonly number[] } | null>(null);
  const names = useMemo(() => [...map.class_names, NO_CLASS], [map]);
  const colors = useMemo(() => names.map((name) => color(name)), [names, color]);
  const counts = useMemo(() => {
    const found = names.map(() => 0);
    for (const one of map.classes) {
      const at = one < 0 ? names.length - 1 : one;
      found[at] = (found[at] ?? 0) + 1;
    }
    return found;
  }, [map, names]);
  const visible = useCallback((one: number) => chosen.size === 0 || chosen.has(one), [chosen]);
  const nameOf = (one: number) => names.at(one) ?? NO_CLASS;
  const onOpen = (id: number, ids: readonly number[]) => setOpen({ id, ids });
  return (
    <div className="grid gap-4">
      <div className="flex items-start justify-between gap-3">
        <MapLegend names={names} colors={colors} counts={counts} chosen={chosen} onChoose={setChosen} />
        <Switch label="As list" checked={asList} onChange={setAsList} />
      </div>
      {asList ? (
        <Panel>
          <MapList map={map} visible={visible} nameOf={nameOf} onOpen={onOpen} />
        </Panel>
      ) : (
        <MapCanvas map={map} colors={colors} visible={visible} nameOf={nameOf} onOpen={onOpen} />
      )}
      <ImageDialog
        id={open?.id ?? null}
        ids={open?.ids ?? []}
        onOpen={(id) => setOpen(id === null ? null : { id, ids: open?.ids ?? [] })}
      />
    </div>
  );
}
