import { CircleCheck } from "lucide-react";
import type { DataInsights } from "@/api/types";
import { Link } from "@/components/ui/link";
import { ISSUE_KINDS, issueAddress, KIND_ORDER } from "@/images/issue-kinds";
import { formatCount } from "@/lib/format";

/** What was found to be wrong, kind by kind; each leads to its images. */
export function IssueCounts({ insights: { issues, checks } }: { insights: DataInsights }) {
  const kinds = KIND_ORDER.filter((kind) => issues[kind]);
  if (kinds.length === 0)
    return (
      <p className="flex items-center gap-2 py-4 text-sm">
        <CircleCheck className="size-4 text-positive" aria-hidden="true" />
        {checks.checked_at === null ? "Nothing was found as the pictures came in." : "Nothing is open."}
      </p>
    );
  return (
    <ul className="grid gap-x-8 sm:grid-cols-2" data-testid="issue-counts">
      {kinds.map((kind) => (
        <li key={kind}>
          <Link
            href={issueAddress(kind)}
            title={`This looks for ${ISSUE_KINDS[kind].looksFor}.`}
            className="flex items-baseline justify-between gap-3 border-b border-border/70 py-2 text-sm hover:bg-muted"
          >
            {ISSUE_KINDS[kind].title}
            <span className="font-medium">{formatCount(issues[kind] ?? 0)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
