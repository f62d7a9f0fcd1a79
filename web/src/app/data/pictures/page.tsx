import type { Metadata } from "next";
import { Suspense } from "react";
import { PicturesView } from "@/features/data/components/pictures-view";

export const metadata: Metadata = { title: "Pictures" };

export default function PicturesPage() {
  return (
    <Suspense>
      <PicturesView />
    </Suspense>
  );
}
