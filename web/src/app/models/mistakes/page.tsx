import type { Metadata } from "next";

export { MistakesView as default } from "@/features/models/components/mistakes-view";
export const metadata: Metadata = { title: "Mistakes" };
