import type { Metadata } from "next";
import { Suspense } from "react";
import { GalleryView } from "@/features/pictures/components/gallery-view";

export const metadata: Metadata = { title: "Pictures" };

export default function PicturesPage() {
  return (
    <Suspense>
      <GalleryView />
    </Suspense>
  );
}
