import type { Metadata } from "next";
import { Suspense } from "react";
import { MapView } from "@/features/map/components/map-view";

export const metadata: Metadata = { title: "Map" };

export default function Page() {
  return (
    <Suspense>
      <MapView />
    </Suspense>
  );
}
