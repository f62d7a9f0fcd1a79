import type { Metadata } from "next";

export { PredictView as default } from "@/features/predict/components/predict-view";
export const metadata: Metadata = { title: "Predict" };
