import type { Metadata } from "next";

export { LabelView as default } from "@/features/train/components/label-view";
export const metadata: Metadata = { title: "Worth labelling" };
