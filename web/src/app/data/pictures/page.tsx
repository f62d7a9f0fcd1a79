import type { Metadata } from "next";

export { GalleryView as default } from "@/features/gallery/components/gallery-view";
export const metadata: Metadata = { title: "Pictures" };
