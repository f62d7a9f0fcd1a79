import type { Metadata } from "next";
import { DatasetView } from "@/features/data/components/dataset-view";

export const metadata: Metadata = { title: "Data" };

export default function DataPage() {
  return <DatasetView />;
}
