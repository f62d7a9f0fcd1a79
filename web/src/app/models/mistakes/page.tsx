import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { MistakesView } from "@/features/models/mistakes/mistakes-view";

export const metadata: Metadata = { title: "Mistakes" };
export default addressed(MistakesView);
