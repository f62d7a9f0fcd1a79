import type { Metadata } from "next";

export { MapView as default } from "@/features/map/components/map-view";
export const metadata: Metadata = { title: "Map" };
