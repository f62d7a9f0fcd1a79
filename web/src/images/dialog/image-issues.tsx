import type { ImageDetail, ImagesChange, Issue } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { ISSUE_KINDS, issueAddress } from "../issue-kinds";

interface ImageIssuesProps {
  image: ImageDetail;
  onChange: (change: Omit<ImagesChange, "ids">) => void;
}

/** What may be wrong with an image, and what can be done about it. */
export function ImageIssues({ image, onChange }: ImageIssuesProps) {
  if (image.issues.length === 0) return null;
  return (
    <section aria-label="Issues" className="rounded-lg border px-3">
      <ul>
        {image.issues.map((issue) => (
          <li
            key={issue.kind}
            className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-b py-2 text-sm last:border-0"
          >
            <span className={issue.kept ? "text-muted-foreground" : undefined}>
              {issue.group_id === null ? (
                ISSUE_KINDS[issue.kind].title
              ) : (
                <Link href={issueAddress(issue.kind)} className="underline underline-offset-4">
                  {ISSUE_KINDS[issue.kind].title}
                </Link>
              )}{" "}
              <span className="text-xs text-muted-foreground">{issue.kept ? "kept" : issue.score.toFixed(2)}</span>
            </span>
            <IssueButtons issue={issue} label={image.label} onChange={onChange} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function IssueButtons({
  issue,
  label,
  onChange,
}: Pick<ImageIssuesProps, "onChange"> & { issue: Issue; label: string | null }) {
  const { kind, kept, suggested_label: suggested } = issue;
  if (kept)
    return (
      <Button size="sm" variant="ghost" onClick={() => onChange({ reopen: [kind] })}>
        Open again
      </Button>
    );
  return (
    <span className="flex flex-wrap gap-1.5">
      {suggested !== null && suggested !== label && (
        <Button size="sm" variant="primary" onClick={() => onChange({ label: suggested })}>
          Relabel to {suggested}
        </Button>
      )}
      <Button size="sm" onClick={() => onChange({ keep: [kind] })}>
        Keep as it is
      </Button>
    </span>
  );
}
