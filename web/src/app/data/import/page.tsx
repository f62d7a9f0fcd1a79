import type { Metadata } from "next";
import { ImportView } from "@/features/imports/components/import-view";

export const metadata: Metadata = { title: "Import" };

export default function Page() {
  return <ImportView />;
}
