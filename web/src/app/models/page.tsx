import type { Metadata } from "next";

export { ModelsView as default } from "@/features/models/components/models-view";
export const metadata: Metadata = { title: "Models" };
