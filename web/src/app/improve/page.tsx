import type { Metadata } from "next";

export { ImproveView as default } from "@/features/improve/components/improve-view";
export const metadata: Metadata = { title: "Improve" };
