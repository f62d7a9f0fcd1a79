import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { CompareView } from "@/features/models/comparison/compare-view";

export const metadata: Metadata = { title: "Compare versions" };
export default addressed(CompareView);
