import type { Metadata } from "next";

export { VersionsView as default } from "@/features/versions/components/versions-view";
export const metadata: Metadata = { title: "Versions of the data" };
