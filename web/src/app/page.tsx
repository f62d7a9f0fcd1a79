import type { Metadata } from "next";

export { OverviewView as default } from "@/features/overview/components/overview-view";
export const metadata: Metadata = { title: "Overview" };
