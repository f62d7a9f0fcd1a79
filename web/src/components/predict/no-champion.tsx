import { Boxes } from "lucide-react";
import { EmptyState } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";

/** Nothing can be predicted yet; says what comes first. */
export function NoChampion({ hasData }: { hasData: boolean }) {
  return (
    <EmptyState
      icon={Boxes}
      title="No model is in service yet"
      className="rounded-xl border bg-surface py-20"
      action={
        <ButtonLink href={hasData ? "/train/" : "/data/import/"} variant="primary">
          {hasData ? "Train a version" : "Add pictures"}
        </ButtonLink>
      }
    >
      {hasData
        ? "The pictures are here. Train a version on them; the first one goes into service by itself."
        : "Add labelled pictures, a folder for each class in one ZIP, and train a version on them. Then it answers here."}
    </EmptyState>
  );
}
