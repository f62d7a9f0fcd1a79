import type { Metadata } from "next";
import { Suspense } from "react";
import { CompareView } from "@/features/models/components/compare-view";

export const metadata: Metadata = { title: "Compare versions" };

export default function Page() {
  return (
    <Suspense>
      <CompareView />
    </Suspense>
  );
}
