import type { ReactNode } from "react";
import { DataTabs } from "@/features/data/components/data-tabs";

export default function DataLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <DataTabs />
      {children}
    </>
  );
}
