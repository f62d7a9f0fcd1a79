import type { Metadata } from "next";
import { Suspense } from "react";
import { GalleryView } from "@/features/gallery/components/gallery-view";

export const metadata: Metadata = { title: "Pictures" };

export default function ImagesPage() {
  return (
    <Suspense>
      <GalleryView />
    </Suspense>
  );
}
