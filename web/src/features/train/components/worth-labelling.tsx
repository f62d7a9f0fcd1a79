"use client";
import { Tags } from "lucide-react";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { CheckButton } from "@/images/check-state";
import { Thumbnail } from "@/images/tiles/thumbnail";
import { plural } from "@/lib/format";
import { useWorthLabelling } from "../api/training";

const SHOWN = 8;

/** The images whose labels would help most, which lead to where they are given. */
export function WorthLabelling({ unlabeled }: { unlabeled: number }) {
  const query = useWorthLabelling();
  const some = (query.data?.items.length ?? 0) > 0;
  return (
    <Panel
      title="Pictures most worth labelling"
      description={some && `Of ${plural(unlabeled, "picture")} without a class, a version would learn most from these.`}
      actions={
        some && (
          <ButtonLink href="/train/label/" size="sm" variant="primary">
            Label them
          </ButtonLink>
        )
      }
    >
      <QueryStates query={query} skeleton="h-48" errorTitle="They could not be loaded">
        {({ items, computed_at }) =>
          items.length === 0 ? (
            <NothingToLabel unlabeled={unlabeled} found={computed_at !== null} />
          ) : (
            <ul className="grid grid-cols-4 gap-1.5" data-testid="worth-labelling">
              {items.slice(0, SHOWN).map(({ image, reason }) => (
                <li key={image.id} title={reason}>
                  <Thumbnail address={image.thumbnail} alt={`${image.original_name}: ${reason}`} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryStates>
    </Panel>
  );
}

/** Why the list is empty, and what fills it. */
export function NothingToLabel({ unlabeled, found }: { unlabeled: number; found: boolean }) {
  if (unlabeled > 0 && !found)
    return (
      <EmptyState icon={Tags} title="Not found out yet" action={<CheckButton variant="primary" />}>
        {plural(unlabeled, "picture")} {unlabeled === 1 ? "has" : "have"} no class. The check finds those from which a
        version would learn most.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Tags}
      title={unlabeled > 0 ? "All of them are labelled" : "Every picture has a class"}
      action={
        unlabeled > 0 ? (
          <CheckButton variant="outline" />
        ) : (
          <ButtonLink href="/data/import/">Import pictures</ButtonLink>
        )
      }
    >
      {unlabeled > 0
        ? `${plural(unlabeled, "picture")} without a class are left. Check again to find the next ones.`
        : "Import pictures without their classes, and those from which a version would learn most are found here."}
    </EmptyState>
  );
}
