"use client";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { JobPanel } from "@/components/jobs/job-panel";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { CommandPalette } from "./command-palette";
import { ConnectionBanner } from "./connection-banner";
import { KeysDialog } from "./keys-dialog";
import { PhoneBottom, PhoneTop } from "./phone-bars";
import { Rail } from "./rail";
import { SECTIONS } from "./sections";
import { ServingBanner } from "./serving-banner";
import { overlay, toggleRail } from "./shell-store";
import { SignIn } from "./sign-in";
import { useJobToasts } from "./use-job-toasts";

/** The frame around every page. */
export function AppShell({ children }: { children: ReactNode }) {
  const router = useRouter();
  useJobToasts();
  useHotkeys({
    "?": () => overlay.set(() => "keys"),
    "mod+k": () => overlay.set((open) => (open === "palette" ? null : "palette")),
    "[": toggleRail,
    ...Object.fromEntries(SECTIONS.map(({ key, href }) => [`g ${key}`, () => router.push(href)])),
  });
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 text-sm focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to the content
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <PhoneTop />
        <ConnectionBanner />
        <ServingBanner />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-6xl px-4 pt-6 pb-24 outline-none sm:px-8 md:pt-10 md:pb-16"
        >
          {children}
        </main>
      </div>
      <PhoneBottom />
      <JobPanel />
      <CommandPalette />
      <KeysDialog />
      <SignIn />
    </div>
  );
}
