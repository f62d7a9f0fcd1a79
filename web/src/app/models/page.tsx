import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { ModelsView } from "@/features/models/versions/models-view";

export const metadata: Metadata = { title: "Models" };
export default addressed(ModelsView);
