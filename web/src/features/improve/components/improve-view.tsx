"use client";
import { CircleCheck, Hourglass, Images } from "lucide-react";
import { useState } from "react";
import { useInsights } from "@/api/insights";
import type { ReviewQueue } from "@/api/types";
import { useWorkspace } from "@/api/workspace";
import { FollowedJob } from "@/components/jobs/followed-job";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { KeyButton } from "@/components/ui/key-button";
import { Skeleton } from "@/components/ui/skeleton";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { useClassPicker } from "@/images/labels/class-picker";
import { classOrder } from "@/lib/class-colors";
import { plural } from "@/lib/format";
import { type ReviewChoice, useReview, useReviewQueue } from "../api/review";
import { LearnFrom } from "./learn-from";
import { OneImage } from "./one-image";
import { MOST_KEYS, type Reviewing } from "./review-actions";
import { ReviewGrid } from "./review-grid";
import { WaitingByClass } from "./waiting-by-class";

const ORDERS = [
  { value: "teaching", label: "What teaches most" },
  { value: "random", label: "Random sample" },
] as const;
const MODES = [
  { value: "one", label: "One by one" },
  { value: "grid", label: "Grid" },
] as const;
const ASKING = "propose_labels";

/** The images that wait for a person, one large or many small, each decided by one key. */
export function ImproveView() {
  const [choice, choose] = useState<ReviewChoice>({ order: "teaching", label: null });
  const [mode, setMode] = useState<"one" | "grid">("one");
  const workspace = useWorkspace().data;
  const query = useReviewQueue(choice, workspace?.champion != null);
  const { gone, decided, decide, undo } = useReview();
  const { ask, picker } = useClassPicker((ids, label) =>
    decide(ids.map((image_id) => ({ image_id, action: "label", label }))),
  );
  const classes = classOrder(Object.keys(useInsights().data?.class_distribution ?? {})).slice(0, MOST_KEYS);
  const asking = workspace?.active_job?.kind === ASKING;
  useHotkeys({ u: () => undo(), "mod+z": () => undo() });
  const reviewing: Reviewing = { classes, decide, ask: (id) => ask([id]) };
  return (
    <>
      <PageHeader
        title="Improve"
        description={
          query.data && query.data.waiting > 0 && `${plural(query.data.waiting, "picture")} wait for a person`
        }
        actions={
          <>
            <Segmented
              label="Order"
              value={choice.order}
              options={ORDERS}
              onChange={(order) => choose({ ...choice, order })}
            />
            <Segmented label="View" value={mode} options={MODES} onChange={setMode} />
            <KeyButton shortcut="U" variant="ghost" onClick={() => undo()}>
              Undo
            </KeyButton>
          </>
        }
      />
      <QueryStates query={query} skeleton="h-[32rem]" errorTitle="The pictures that wait could not be loaded">
        {(queue) => {
          const items = queue.items.filter(({ image_id }) => !gone.has(image_id));
          const champion = workspace?.champion ?? null;
          const canAsk = champion !== null && !asking && items.some((item) => item.suggested_label === null);
          return (
            <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
              {asking && <FollowedJob kind={ASKING} />}
              {queue.waiting > 0 && (
                <WaitingByClass
                  queue={queue}
                  canAsk={canAsk}
                  label={choice.label}
                  onLabel={(label) => choose({ ...choice, label })}
                />
              )}
              {items.length === 0 && (query.isFetching || gone.size > 0) ? (
                <Skeleton className="h-96" />
              ) : items.length === 0 ? (
                <Nothing
                  queue={queue}
                  label={choice.label}
                  onAll={() => choose({ ...choice, label: null })}
                  again={query.refetch}
                />
              ) : mode === "one" ? (
                <OneImage items={items} reviewing={reviewing} />
              ) : (
                <ReviewGrid items={items} reviewing={reviewing} />
              )}
              <LearnFrom decided={decided} />
            </div>
          );
        }}
      </QueryStates>
      {picker}
    </>
  );
}

interface NothingProps {
  queue: ReviewQueue;
  label: string | null;
  onAll: () => void;
  again: () => unknown;
}

/** Why there is no image to decide, and what brings some. */
function Nothing({ queue, label, onAll, again }: NothingProps) {
  if (queue.waiting === 0)
    return (
      <Panel>
        <EmptyState
          icon={CircleCheck}
          title="No picture waits for a person"
          action={<ButtonLink href="/data/import/">Add pictures</ButtonLink>}
        >
          Add pictures without their classes, and those from which a model would learn most are shown here, one key
          each.
        </EmptyState>
      </Panel>
    );
  if (label !== null && !queue.by_label[label])
    return (
      <Panel>
        <EmptyState
          icon={Images}
          title={`None is taken for ${label}`}
          action={<Button onClick={onAll}>Show all</Button>}
        >
          {plural(queue.waiting, "picture")} of other classes, or without a suggestion, wait.
        </EmptyState>
      </Panel>
    );
  return (
    <Panel>
      <EmptyState
        icon={Hourglass}
        title="Others have the rest before them"
        action={<Button onClick={() => void again()}>Look again</Button>}
      >
        {plural(queue.waiting, "picture")} wait, and are shown to other people now. What they leave comes back in a few
        minutes.
      </EmptyState>
    </Panel>
  );
}
