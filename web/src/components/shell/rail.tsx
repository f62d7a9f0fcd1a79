"use client";
import { Command, Keyboard, PanelLeft } from "lucide-react";
import { usePathname } from "next/navigation";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Mark } from "./mark";
import { isCurrent, SECTIONS } from "./sections";
import { overlay, toggleRail } from "./shell-store";
import { SignOut } from "./sign-in";
import { ThemeSwitch } from "./theme-switch";
import { ActiveJob, ActiveUpload, WorkspaceName } from "./workspace-foot";

const TOOLS = [
  {
    icon: Command,
    name: "Find pages, classes, models and actions",
    title: "Find (Ctrl K)",
    run: () => overlay.set(() => "palette"),
  },
  { icon: Keyboard, name: "Keys", title: "Keys (?)", run: () => overlay.set(() => "keys") },
  {
    icon: PanelLeft,
    name: "Fold or open the rail",
    title: "Fold or open the rail ([)",
    className: "ml-auto folded:ml-0",
    run: toggleRail,
  },
];

/** The frame's left side on a wide screen. */
export function Rail() {
  const path = usePathname();
  return (
    <aside className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col gap-1 border-r px-3 py-4 md:flex folded:w-16">
      <Link href="/" className="mb-5 flex items-center gap-2.5 px-2 folded:justify-center" aria-label="Tellapart">
        <Mark className="size-6 shrink-0" />
        <span className="text-[0.9375rem] font-semibold tracking-tight folded:hidden">Tellapart</span>
      </Link>
      <nav aria-label="Sections" className="grid gap-0.5">
        {SECTIONS.map((section) => {
          const current = isCurrent(section, path);
          return (
            <Link
              key={section.href}
              href={section.href}
              aria-current={current ? "page" : undefined}
              aria-label={section.label}
              title={`${section.label} (g ${section.key})`}
              className="flex h-9 items-center gap-2.5 rounded-md px-2 text-sm text-muted-foreground hover:bg-muted hover:text-foreground aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent folded:justify-center"
            >
              <section.icon className="size-4 shrink-0" aria-hidden="true" />
              <span className="folded:hidden">{section.label}</span>
            </Link>
          );
        })}
      </nav>
      <div className="mt-auto grid gap-3">
        <ActiveUpload />
        <ActiveJob />
        <div className="folded:hidden">
          <WorkspaceName />
        </div>
        <SignOut />
        <div className="flex items-center border-t pt-2 folded:flex-col">
          <ThemeSwitch />
          {TOOLS.map(({ icon: Icon, name, title, className, run }) => (
            <Button
              key={name}
              variant="ghost"
              size="icon-sm"
              className={className}
              aria-label={name}
              title={title}
              onClick={run}
            >
              <Icon />
            </Button>
          ))}
        </div>
      </div>
    </aside>
  );
}
