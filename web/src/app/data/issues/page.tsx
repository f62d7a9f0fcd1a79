import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { IssuesView } from "@/features/issues/components/issues-view";

export const metadata: Metadata = { title: "Issues" };
export default addressed(IssuesView);
