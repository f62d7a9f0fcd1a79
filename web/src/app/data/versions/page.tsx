import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { VersionsView } from "@/features/versions/components/versions-view";

export const metadata: Metadata = { title: "Versions of the data" };
export default addressed(VersionsView);
