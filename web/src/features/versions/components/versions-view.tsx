"use client";
import { Undo2 } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { MoreButton } from "@/components/layout/endless-states";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { NoImages } from "@/images/import-button";
import { useDatasetVersions, useRevert } from "../api/versions";
import { DiffPanel } from "./diff-panel";
import { VersionList } from "./version-list";

export function VersionsView() {
  const query = useDatasetVersions();
  const revert = useRevert();
  const params = useSearchParams();
  const versions = query.data?.pages.flatMap((page) => page.items) ?? [];
  const current = versions[0]?.id ?? 0;
  const chosen = (name: string) => {
    const number = Number(params.get(name));
    return Number.isInteger(number) && number >= 1 && number <= current ? number : null;
  };
  const to = chosen("to") ?? current;
  const from = chosen("from") ?? Math.max(1, to - 1);
  return (
    <>
      <PageHeader
        title="Versions of the data"
        description="Every change of the pictures makes a version; none is ever overwritten."
        actions={
          current > 1 && (
            <Button disabled={revert.isPending} onClick={() => revert.mutate(current)}>
              <Undo2 /> Undo the last change
            </Button>
          )
        }
      />
      <QueryStates query={query} skeleton="h-96 rounded-xl" errorTitle="The versions could not be loaded">
        {() =>
          current === 0 ? (
            <NoImages>The first import makes version 1 of the data.</NoImages>
          ) : (
            <div className="grid gap-4">
              <Panel title="History">
                <VersionList versions={versions} current={current} />
                <MoreButton query={query} label="Show older versions" />
              </Panel>
              {current > 1 && <DiffPanel versions={versions} from={from} to={to} />}
            </div>
          )
        }
      </QueryStates>
    </>
  );
}
