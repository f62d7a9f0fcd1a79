import type { Metadata } from "next";

export { ImportView as default } from "@/features/imports/components/import-view";
export const metadata: Metadata = { title: "Import" };
