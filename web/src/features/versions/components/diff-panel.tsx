"use client";
import { ArrowRight, Equal } from "lucide-react";
import { useRouter } from "next/navigation";
import type { DatasetVersion, EntryChange } from "@/api/types";
import { EndlessStates } from "@/components/layout/endless-states";
import { Panel } from "@/components/layout/panel";
import { EmptyState } from "@/components/layout/states";
import { Select } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import { imageAddress } from "@/images/issue-kinds";
import { Thumbnail } from "@/images/tiles/thumbnail";
import { useDiff } from "../api/versions";
import { changeSides, countWords } from "../change-words";

interface DiffPanelProps {
  versions: readonly DatasetVersion[];
  from: number;
  to: number;
}

/** Two versions of choice, and what differs between them. */
export function DiffPanel({ versions, from, to }: DiffPanelProps) {
  const router = useRouter();
  const show = (first: number, second: number) =>
    router.replace(`/data/versions/?from=${first}&to=${second}`, { scroll: false });
  const options = versions.map(({ id, reason }) => (
    <option key={id} value={id}>
      {id}: {reason.slice(0, 60)}
    </option>
  ));
  return (
    <Panel title="What changed">
      <div className="mb-4 grid items-center gap-2 text-sm sm:grid-cols-[auto_1fr_auto_1fr]">
        <span>From version</span>
        <Select aria-label="From version" value={from} onChange={(event) => show(Number(event.target.value), to)}>
          {options}
        </Select>
        <span>to version</span>
        <Select aria-label="To version" value={to} onChange={(event) => show(from, Number(event.target.value))}>
          {options}
        </Select>
      </div>
      <Diff key={`${from}-${to}`} from={from} to={to} />
    </Panel>
  );
}

function Diff({ from, to }: { from: number; to: number }) {
  return (
    <EndlessStates query={useDiff(from, to)} skeleton="h-48" errorTitle="The changes could not be loaded">
      {(pages) => {
        const changes = pages.flatMap((page) => page.items);
        if (changes.length === 0)
          return (
            <EmptyState icon={Equal} title="Nothing differs">
              Versions {from} and {to} say the same of every picture.
            </EmptyState>
          );
        return (
          <>
            <p className="mb-4 text-sm font-medium" data-testid="diff-counts">
              {pages[0] && countWords(pages[0].counts)}
            </p>
            <ul
              aria-label="Changed pictures"
              data-testid="diff"
              className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-3"
            >
              {changes.map((change) => (
                <Change key={change.image_id} change={change} />
              ))}
            </ul>
          </>
        );
      }}
    </EndlessStates>
  );
}

function Change({ change }: { change: EntryChange }) {
  const [before, after] = changeSides(change);
  const thumbnail = (
    <Thumbnail
      address={change.thumbnail}
      alt={`Picture ${change.image_id}`}
      className={change.after === null || change.after.excluded ? "opacity-50" : undefined}
    />
  );
  return (
    <li className="min-w-0 text-xs [contain-intrinsic-size:auto_10rem] [content-visibility:auto]">
      {change.after === null ? thumbnail : <Link href={imageAddress(change.image_id)}>{thumbnail}</Link>}
      <p className="mt-1 text-muted-foreground">{change.change}</p>
      <p className="flex flex-wrap items-center gap-1 break-words">
        {before && <del className="text-muted-foreground">{before}</del>}
        {before && after && <ArrowRight className="size-3 shrink-0" aria-label="to" />}
        {after && <ins className="no-underline">{after}</ins>}
      </p>
    </li>
  );
}
