import type { Metadata } from "next";
import { Suspense } from "react";
import { VersionsView } from "@/features/versions/components/versions-view";

export const metadata: Metadata = { title: "Versions of the data" };

export default function Page() {
  return (
    <Suspense>
      <VersionsView />
    </Suspense>
  );
}
