import type { Metadata } from "next";

export { CompareView as default } from "@/features/models/components/compare-view";
export const metadata: Metadata = { title: "Compare versions" };
