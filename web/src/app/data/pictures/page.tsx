import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { GalleryView } from "@/features/gallery/components/gallery-view";

export const metadata: Metadata = { title: "Pictures" };
export default addressed(GalleryView);
