import type { Metadata } from "next";
import { MapView } from "@/features/map/components/map-view";

export const metadata: Metadata = { title: "Map" };

export default function Page() {
  return <MapView />;
}
