import type { Metadata } from "next";

export { DatasetView as default } from "@/features/data/components/dataset-view";
export const metadata: Metadata = { title: "Data" };
