"use client";
import { Activity, LoaderCircle, Upload } from "lucide-react";
import { usePathname } from "next/navigation";
import { useWorkspace } from "@/api/workspace";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { jobTitle } from "@/components/jobs/job-words";
import { sending } from "@/components/jobs/sending";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { useStore } from "@/lib/store";
import { Mark } from "./mark";
import { isCurrent, SECTIONS } from "./sections";
import { SignOut } from "./sign-in";
import { ThemeSwitch } from "./theme-switch";

export function PhoneTop() {
  const workspace = useWorkspace().data;
  const job = workspace?.active_job;
  const upload = useStore(sending);
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2.5 border-b bg-background px-4 md:hidden">
      <Mark className="size-5 shrink-0" />
      <p className="min-w-0 flex-1 truncate text-sm">
        <span className="font-medium">{workspace?.name ?? "Tellapart"}</span>
        {workspace && (
          <span className="text-muted-foreground">
            {workspace.champion === null ? " · no model in service" : ` · version ${workspace.champion} in service`}
          </span>
        )}
      </p>
      {upload && (
        <Link href="/data/import/" className="flex items-center gap-1.5 text-xs" title={`Sending ${upload.name}`}>
          <Upload className="size-4 text-accent" aria-label={`Sending ${upload.name}`} />
          {Math.round(upload.share * 100)}%
        </Link>
      )}
      <Button
        variant="ghost"
        size={job ? "sm" : "icon-sm"}
        aria-label={job ? undefined : "Latest work"}
        onClick={() => openJobPanel(job?.id ?? null)}
      >
        {job ? <LoaderCircle className="animate-spin text-accent" /> : <Activity />}
        {job && <span className="sr-only">Running job: {jobTitle(job)}</span>}
        {job && job.progress !== null && `${Math.round(job.progress * 100)}%`}
      </Button>
      <SignOut />
      <ThemeSwitch />
    </header>
  );
}

export function PhoneBottom() {
  const path = usePathname();
  return (
    <nav
      aria-label="Sections"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-background pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {SECTIONS.map((section) => (
        <Link
          key={section.href}
          href={section.href}
          aria-current={isCurrent(section, path) ? "page" : undefined}
          className="flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-1 text-[0.6875rem] text-muted-foreground aria-[current]:font-medium aria-[current]:text-accent"
        >
          <section.icon className="size-5" aria-hidden="true" />
          {section.label}
        </Link>
      ))}
    </nav>
  );
}
