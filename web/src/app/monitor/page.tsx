import type { Metadata } from "next";
import { addressed } from "@/app/addressed";
import { MonitorView } from "@/features/monitor/components/monitor-view";

export const metadata: Metadata = { title: "Monitor" };
export default addressed(MonitorView);
