import type { Metadata } from "next";
import { Suspense } from "react";
import { MistakesView } from "@/features/models/components/mistakes-view";

export const metadata: Metadata = { title: "Mistakes" };

export default function Page() {
  return (
    <Suspense>
      <MistakesView />
    </Suspense>
  );
}
