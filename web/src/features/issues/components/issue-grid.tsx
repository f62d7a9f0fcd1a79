"use client";
import { ArrowRight } from "lucide-react";
import type { IssueItem, IssueKind } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { useClassColor } from "@/hooks/use-class-color";
import { ISSUE_KINDS } from "@/images/issue-kinds";
import type { Settle } from "@/images/labels/use-settle";
import { LabelledFigure } from "@/images/tiles/labelled-figure";
import { type TriageAction, TriageGrid } from "@/images/triage-grid";

interface IssueGridProps {
  kind: IssueKind;
  items: readonly IssueItem[];
  settle: Settle;
  kept: boolean;
}

/** Images with an issue, worst first: exclude them, keep them as they are, or accept the class that is suggested. */
export function IssueGrid({ kind, items, settle, kept }: IssueGridProps) {
  const color = useClassColor();
  const { title, view } = ISSUE_KINDS[kind];
  const inDoubt = view === "labels" && !kept;
  const actionsOf = ({ image, issue }: IssueItem): TriageAction[] => {
    const ids = [image.id];
    const label = issue.suggested_label;
    const exclude = { key: "e", label: "Exclude", run: () => settle({ ids, excluded: true, reason: title }) };
    const keep = { key: "k", label: "Keep", run: () => settle({ ids, keep: [kind] }) };
    if (kept) return [exclude, { key: "o", label: "Reopen", run: () => settle({ ids, reopen: [kind] }) }];
    if (!inDoubt) return [exclude, keep];
    const accept = () => settle({ ids, label, reason: "Accepted the suggested class" });
    return [
      { key: "a", label: "Accept", name: `Accept ${label}`, disabled: label === null, run: accept },
      { ...keep, name: `Keep ${image.label}` },
      { ...exclude, variant: "ghost" },
    ];
  };
  return (
    <TriageGrid
      label={title}
      layout={inDoubt ? "rows" : "cards"}
      items={items}
      idOf={({ image }) => image.id}
      actionsOf={actionsOf}
      data-testid="issue-grid"
    >
      {({ image, issue }, open) => (
        <>
          <div className="row-span-2">
            <LabelledFigure image={image} color={color} onOpen={open} note={`score ${issue.score.toFixed(2)} of 1`} />
          </div>
          {inDoubt && issue.suggested_label !== null && (
            <p className="min-w-0 text-sm">
              <span className="small-caps mb-1 flex items-center gap-1">
                <ArrowRight className="size-3" aria-hidden="true" />{" "}
                {kind === "label_conflict" ? "also came as" : "looks like"}
              </span>
              <ClassLabel
                label={issue.suggested_label}
                color={color(issue.suggested_label)}
                className="max-w-full font-medium"
              />
            </p>
          )}
        </>
      )}
    </TriageGrid>
  );
}
