import type { IssueKind } from "@/api/types";
import { Link } from "@/components/ui/link";
import { ISSUE_KINDS, issueAddress, KIND_ORDER } from "@/images/issue-kinds";
import { formatCount } from "@/lib/format";

interface KindTabsProps {
  kind: IssueKind;
  counts: Readonly<Record<string, number>>;
}

/** The kinds of issues with how many are open. */
export function KindTabs({ kind, counts }: KindTabsProps) {
  return (
    <nav aria-label="Kinds of issues" className="mb-6">
      <ul className="flex flex-wrap gap-1.5">
        {KIND_ORDER.map((one) => (
          <li key={one}>
            <Link
              href={issueAddress(one)}
              replace
              aria-current={one === kind ? "page" : undefined}
              className="flex items-center gap-1.5 rounded-full border px-3 py-1 text-[0.8125rem] text-muted-foreground hover:bg-muted aria-[current]:border-accent aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent"
            >
              {ISSUE_KINDS[one].title}
              <span className={counts[one] ? "text-xs" : "sr-only"}>{formatCount(counts[one] ?? 0)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
