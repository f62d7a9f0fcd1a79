"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { useInsights } from "@/api/insights";
import type { DataInsights } from "@/api/types";
import { Link } from "@/components/ui/link";
import { openIssues } from "@/images/issue-kinds";
import { formatCount } from "@/lib/format";

const TABS: readonly { href: string; label: string; count?: (insights: DataInsights) => number | null }[] = [
  { href: "/data/", label: "Overview" },
  { href: "/data/pictures/", label: "Pictures", count: (insights) => insights.image_dimensions.total_images },
  { href: "/data/issues/", label: "Issues", count: (insights) => openIssues(insights.issues) },
  { href: "/data/map/", label: "Map" },
  { href: "/data/versions/", label: "Versions", count: (insights) => insights.dataset_version },
  { href: "/data/import/", label: "Import" },
];

/** The pages of the Data section. */
export function DataTabs() {
  const path = usePathname();
  const insights = useInsights().data;
  const nav = useRef<HTMLElement>(null);
  // On a phone not all tabs fit; the current one is always in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another current tab
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>("[aria-current]");
    nav.current?.scrollTo({ left: (current?.offsetLeft ?? 0) - 120 });
  }, [path]);
  return (
    <nav ref={nav} aria-label="Data" className="relative -mx-4 mb-6 overflow-x-auto border-b px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-5">
        {TABS.map(({ href, label, count }) => {
          const number = insights && count?.(insights);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={path === href ? "page" : undefined}
                className="-mb-px flex h-10 items-center gap-1.5 border-b-2 border-transparent text-sm whitespace-nowrap text-muted-foreground outline-offset-[-2px] hover:text-foreground aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-foreground"
              >
                {label}
                {number ? <span className="text-xs text-muted-foreground">{formatCount(number)}</span> : null}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
