"use client";
import { PageHeader } from "@/components/layout/page-header";
import { followJob } from "@/features/jobs/hooks/use-followed-job";
import { ImportPanel } from "./import-panel";

export function ImportView() {
  return (
    <>
      <PageHeader title="Import" />
      <ImportPanel onClose={() => followJob("import", undefined)} />
    </>
  );
}
