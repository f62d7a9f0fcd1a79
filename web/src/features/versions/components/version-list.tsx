"use client";
import type { DatasetVersion } from "@/api/types";
import { RelativeTime } from "@/components/layout/relative-time";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { plural } from "@/lib/format";
import { countWords } from "../change-words";
import { RestoreDialog } from "./restore-dialog";

interface VersionListProps {
  versions: readonly DatasetVersion[];
  current: number;
}

/** Who changed what, when and why. */
export function VersionList({ versions, current }: VersionListProps) {
  return (
    <ol data-testid="versions">
      {versions.map((version) => (
        <li
          key={version.id}
          data-testid={`version-${version.id}`}
          className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-b border-border/70 py-3 first:pt-0 last:border-0 last:pb-0"
        >
          <div className="min-w-0 flex-1 basis-72 text-sm">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-medium">Version {version.id}</span>
              {version.id === current && <Badge tone="accent">current</Badge>}
              <span className="text-muted-foreground">{countWords(version.changes) ?? "no change"}</span>
            </p>
            <p className="break-words">
              {version.reason || <span className="text-muted-foreground">no reason given</span>}
            </p>
            <p className="text-xs text-muted-foreground">
              {version.author} · <RelativeTime iso={version.created_at} /> · {plural(version.images, "picture")} in{" "}
              {plural(version.classes, "class", "classes")}
              {version.excluded > 0 && `, ${version.excluded} excluded`}
              {" · "}
              <span className="font-mono" title={`Named by its content: ${version.content_id}`}>
                {version.content_id.slice(0, 8)}
              </span>
            </p>
          </div>
          <div className="flex gap-2">
            {version.id > 1 && (
              <ButtonLink
                href={`/data/versions/?from=${version.id - 1}&to=${version.id}`}
                aria-label={`Changes of version ${version.id}`}
                size="sm"
                variant="ghost"
              >
                Changes
              </ButtonLink>
            )}
            {version.id !== current && <RestoreDialog version={version.id} current={current} />}
          </div>
        </li>
      ))}
    </ol>
  );
}
