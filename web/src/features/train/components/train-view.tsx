"use client";
import { useInsights } from "@/api/insights";
import type { DataInsights } from "@/api/types";
import { PageHeader } from "@/components/layout/page-header";
import { QueryStates } from "@/components/layout/states";
import { Skeleton } from "@/components/ui/skeleton";
import { NoImages } from "@/images/import-button";
import { LearningCurve } from "./learning-curve";
import { LearnsFrom } from "./learns-from";
import { TrainingForm } from "./training-form";
import { TrainingPanel } from "./training-panel";
import { TrainingsList } from "./trainings-list";
import { WorthLabelling } from "./worth-labelling";

/** Train a version, watch it, and see what would make the next one better. */
export function TrainView() {
  const query = useInsights();
  return (
    <>
      <PageHeader title="Train" description="Makes a version that tells your classes apart" />
      <TrainingPanel />
      <QueryStates query={query} skeleton={<TrainSkeleton />} errorTitle="The data set could not be read">
        {(insights) =>
          insights.dataset_version === null ? (
            <NoImages>A version learns from pictures that have a class. Import some first.</NoImages>
          ) : (
            <Training insights={insights} />
          )
        }
      </QueryStates>
    </>
  );
}

function Training({ insights }: { insights: DataInsights }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[2fr_1fr]">
      <div className="grid gap-4">
        <TrainingForm insights={insights} />
        <LearningCurve />
      </div>
      <div className="grid gap-4">
        <LearnsFrom insights={insights} />
        <TrainingsList />
        <WorthLabelling unlabeled={insights.unlabeled} />
      </div>
    </div>
  );
}

function TrainSkeleton() {
  return (
    <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
      <Skeleton className="h-144 rounded-xl" />
      <Skeleton className="h-96 rounded-xl" />
    </div>
  );
}
