"use client";
import type { ReactNode } from "react";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { Link } from "@/components/ui/link";

/** A row that leads to a page or, without one, opens a job. */
export function LinkOrJob(props: { href?: string; jobId?: string; className: string; children: ReactNode }) {
  const { href, jobId, className, children } = props;
  return href ? (
    <Link href={href} className={className}>
      {children}
    </Link>
  ) : (
    <button type="button" className={className} onClick={() => openJobPanel(jobId ?? null)}>
      {children}
    </button>
  );
}
