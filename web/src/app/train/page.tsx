import type { Metadata } from "next";

export { TrainView as default } from "@/features/train/components/train-view";
export const metadata: Metadata = { title: "Train" };
