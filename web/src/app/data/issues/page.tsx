import type { Metadata } from "next";

export { IssuesView as default } from "@/features/issues/components/issues-view";
export const metadata: Metadata = { title: "Issues" };
