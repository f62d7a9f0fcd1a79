import type { Metadata } from "next";
import { TrainView } from "@/features/train/components/train-view";

export const metadata: Metadata = { title: "Train" };

export default function TrainPage() {
  return <TrainView />;
}
