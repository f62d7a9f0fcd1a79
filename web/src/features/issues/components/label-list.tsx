"use client";
import { ArrowRight } from "lucide-react";
import type { IssueItem, IssueKind } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { KeyButton } from "@/components/ui/key-button";
import { useClassColor } from "@/hooks/use-class-color";
import { ImageFigure } from "@/images/image-figure";
import { ISSUE_KINDS } from "@/images/issue-kinds";
import type { Settle } from "@/images/use-settle";
import { useTriage } from "@/images/use-triage";

interface LabelListProps {
  kind: IssueKind;
  items: readonly IssueItem[];
  settle: Settle;
  onOpen: (id: number) => void;
}

/** Images whose class is in doubt: accept the class that is suggested, or keep the one they have. */
export function LabelList({ kind, items, settle, onOpen }: LabelListProps) {
  const color = useClassColor();
  const accept = ({ image, issue }: IssueItem) => {
    if (issue.suggested_label === null) return;
    settle({ ids: [image.id], label: issue.suggested_label, reason: "Accepted the suggested class" });
  };
  const keep = ({ image }: IssueItem) => settle({ ids: [image.id], keep: [kind] });
  const exclude = ({ image }: IssueItem) =>
    settle({ ids: [image.id], excluded: true, reason: ISSUE_KINDS[kind].title });
  const { list, itemProps } = useTriage(
    items,
    ({ image }) => image.id,
    { a: accept, k: keep, e: exclude },
    ({ image }) => onOpen(image.id),
  );
  return (
    <ul
      ref={list}
      aria-label={ISSUE_KINDS[kind].title}
      data-testid="label-list"
      className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3"
    >
      {items.map((item, index) => (
        <li
          key={item.image.id}
          {...itemProps(index)}
          className="grid grid-cols-[8rem_1fr] gap-4 rounded-lg border bg-surface p-3 [contain-intrinsic-size:auto_12rem] [content-visibility:auto] aria-[current]:border-accent"
        >
          <ImageFigure
            image={item.image}
            color={color}
            onOpen={onOpen}
            note={`score ${item.issue.score.toFixed(2)} of 1`}
          />
          <div className="flex min-w-0 flex-col justify-between gap-3">
            {item.issue.suggested_label !== null && (
              <p className="text-sm">
                <span className="small-caps mb-1 flex items-center gap-1">
                  <ArrowRight className="size-3" aria-hidden="true" />{" "}
                  {kind === "label_conflict" ? "also came as" : "looks like"}
                </span>
                <ClassLabel
                  label={item.issue.suggested_label}
                  color={color(item.issue.suggested_label)}
                  className="font-medium"
                />
              </p>
            )}
            <div className="grid gap-1.5">
              <KeyButton
                shortcut="A"
                disabled={item.issue.suggested_label === null}
                onClick={() => accept(item)}
                aria-label={`Accept ${item.issue.suggested_label}`}
              >
                Accept
              </KeyButton>
              <KeyButton shortcut="K" onClick={() => keep(item)} aria-label={`Keep ${item.image.label}`}>
                Keep
              </KeyButton>
              <KeyButton shortcut="E" variant="ghost" onClick={() => exclude(item)}>
                Exclude
              </KeyButton>
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
