"use client";
import { useQuery } from "@tanstack/react-query";
import { ScanSearch, Sparkles } from "lucide-react";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { LabelProposal, LabelProposalPage } from "@/api/types";
import { FollowedJob, useFollowedJob, useStartJob } from "@/components/jobs/followed-job";
import { ClassLabel } from "@/components/layout/class-label";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { useClassColor } from "@/hooks/use-class-color";
import { classOrder } from "@/lib/class-colors";
import { formatCount, formatPercent, plural } from "@/lib/format";
import { ImageDialog } from "./dialog/image-dialog";
import { ImageFigure } from "./tiles/image-figure";

const SHOWN = 24;
const KIND = "propose_labels";

/** Why a proposal would not be used. */
const LEFT: Readonly<Record<LabelProposal["decision"], string>> = {
  used: "",
  low_confidence: "not sure",
  unlike_training_data: "unlike the training data",
  unknown_class: "of a class without training pictures",
  like_test_image: "nearly the same as a test picture",
  class_share: "more than the share of its class",
};

/** What the version in service says of the images without a class, before anything is trained on them. */
export function ProposalsPanel({ unlabeled }: { unlabeled: number }) {
  const asking = useFollowedJob(KIND) !== undefined;
  const query = useQuery({
    queryKey: ["images", "proposals"],
    queryFn: () => unwrap(client.GET("/api/pseudo-labels/proposals", { params: { query: { limit: SHOWN } } })),
    enabled: unlabeled > 0,
  });
  if (unlabeled === 0) return null;
  return (
    <Panel
      title="Pictures without a class"
      description="What the version in service takes them for. Nothing of it is used until you train with it."
    >
      <div className="grid gap-5" data-testid="proposals">
        {asking && <FollowedJob kind={KIND} />}
        <QueryStates query={query} skeleton="h-48" errorTitle="The proposals could not be loaded">
          {(page) =>
            page.total > 0 ? <Proposals page={page} asking={asking} /> : <None page={page} asking={asking} />
          }
        </QueryStates>
      </div>
    </Panel>
  );
}

/** Has the version in service asked about images without a class. */
export function AskButton({ label, primary = false }: { label: string; primary?: boolean }) {
  const ask = useStartJob(
    KIND,
    () => unwrap(client.POST("/api/pseudo-labels/proposals")),
    "The pictures could not be asked about",
  );
  return (
    <Button size="sm" variant={primary ? "primary" : "outline"} disabled={ask.isPending} onClick={() => ask.mutate()}>
      <ScanSearch /> {label}
    </Button>
  );
}

function None({ page: { model_version, waiting }, asking }: { page: LabelProposalPage; asking: boolean }) {
  if (model_version === null)
    return (
      <EmptyState icon={Sparkles} title="No version is in service yet" className="py-4">
        Once one is, it proposes a class for each of these pictures. It learns from pictures that have a class.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Sparkles}
      title={`${plural(waiting, "picture")} not asked about yet`}
      className="py-4"
      action={!asking && <AskButton label={`Ask version ${model_version}`} primary />}
    >
      It says for each what it takes it for, and how sure it is. You see that before a training uses it.
    </EmptyState>
  );
}

function Proposals({ page, asking }: { page: LabelProposalPage; asking: boolean }) {
  const color = useClassColor();
  const [opened, open] = useState<number | null>(null);
  return (
    <>
      <div className="grid gap-1 text-sm">
        {proposalWords(page).map((words) => (
          <p key={words} className="first:font-medium not-first:text-muted-foreground">
            {words}
          </p>
        ))}
      </div>
      <ByClass page={page} />
      <div className="flex flex-wrap gap-2">
        <ButtonLink href="/train/?pseudo=1" size="sm" variant="primary">
          Train with those it is sure of
        </ButtonLink>
        {page.waiting > 0 && !asking && <AskButton label={`Ask about ${formatCount(page.waiting)} more`} />}
      </div>
      <ul aria-label="Proposals" className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-4">
        {page.items.map(({ image_id: id, thumb, suggested_label: label, confidence, used, decision }) => (
          <li key={id} className={used ? undefined : "[&_img]:opacity-50"}>
            <ImageFigure name={`Open picture ${id}: ${label}`} address={thumb} onOpen={() => open(id)} tabbable>
              <ClassLabel label={label} color={color(label)} className="max-w-full text-foreground" />
              <span className="block">
                {formatPercent(confidence)}
                {!used && ` · ${LEFT[decision]}`}
              </span>
            </ImageFigure>
          </li>
        ))}
      </ul>
      {page.total > page.items.length && (
        <p className="text-sm text-muted-foreground">
          These are the {page.items.length} that it is surest of, of {formatCount(page.total)}.
        </p>
      )}
      <ImageDialog id={opened} ids={page.items.map(({ image_id }) => image_id)} onOpen={open} />
    </>
  );
}

/** How many of each class would be used, and how many are left. */
function ByClass({ page: { used, left } }: { page: LabelProposalPage }) {
  const color = useClassColor();
  return (
    <ul aria-label="Proposals by class" className="flex flex-wrap gap-2 text-sm">
      {classOrder(Object.keys({ ...used, ...left })).map((label) => (
        <li key={label} className="flex max-w-full items-center gap-2 rounded-md border px-2.5 py-1">
          <ClassLabel label={label} color={color(label)} className="font-medium" />
          <span className="whitespace-nowrap text-muted-foreground">
            {formatCount(used[label] ?? 0)} to use
            {left[label] ? `, ${formatCount(left[label])} left` : ""}
          </span>
        </li>
      ))}
    </ul>
  );
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, count) => all + count, 0);

/** "Version 1 is sure of 20 pictures", and why the others are left. */
export function proposalWords({
  model_version: version,
  used,
  left,
  reasons,
  waiting,
}: Pick<LabelProposalPage, "model_version" | "used" | "left" | "reasons" | "waiting">): string[] {
  const why = Object.entries(reasons).map(
    ([reason, count]) => `${formatCount(count)} ${LEFT[reason as LabelProposal["decision"]]}`,
  );
  return [
    sum(used) > 0
      ? `Version ${version} is sure of ${plural(sum(used), "picture")}`
      : `Version ${version} is sure of none`,
    ...(sum(left) > 0 ? [`${formatCount(sum(left))} are left: ${why.join(", ")}`] : []),
    ...(waiting > 0 ? [`${plural(waiting, "picture")} not asked about yet`] : []),
  ];
}
