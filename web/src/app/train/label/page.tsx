import type { Metadata } from "next";
import { LabelView } from "@/features/train/components/label-view";

export const metadata: Metadata = { title: "Worth labelling" };

export default function LabelPage() {
  return <LabelView />;
}
