import type { Metadata } from "next";
import { Suspense } from "react";
import { DatasetSkeleton, DatasetView } from "@/features/data/components/dataset-view";

export const metadata: Metadata = { title: "Data" };

export default function DataPage() {
  return (
    <Suspense fallback={<DatasetSkeleton />}>
      <DatasetView />
    </Suspense>
  );
}
