"use client";
import { Download, RotateCw } from "lucide-react";
import type { QuarantinedFile } from "@/api/types";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
import { MoreButton } from "@/components/layout/endless-states";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { QueryStates } from "@/components/layout/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { formatBytes } from "@/lib/format";
import { useDiscard, useQuarantine, useRetryQuarantine } from "../api/quarantine";

/** The files that no import could use, each with the reason and what to do about it. */
export function QuarantinePanel() {
  const query = useQuarantine();
  const retry = useRetryQuarantine();
  const files = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title="Set aside"
      description="Files that could not be used. Their bytes are kept, so that they can be tried again."
      actions={
        files.length > 0 && (
          <Button size="sm" disabled={retry.isPending} onClick={() => retry.mutate()}>
            <RotateCw /> Try all again
          </Button>
        )
      }
    >
      <QueryStates query={query} skeleton="h-24" errorTitle="The files could not be listed">
        {() =>
          files.length === 0 ? (
            <p className="text-sm text-muted-foreground">No file is set aside.</p>
          ) : (
            <ul data-testid="quarantine">
              {files.map((file) => (
                <File key={file.id} file={file} />
              ))}
            </ul>
          )
        }
      </QueryStates>
      <MoreButton query={query} />
    </Panel>
  );
}

function File({ file }: { file: QuarantinedFile }) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-b border-border/70 py-3 text-sm last:border-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium break-all">{file.name}</p>
        <p>{file.reason}</p>
        <p className="text-muted-foreground">{file.fix}</p>
        <p className="text-xs text-muted-foreground">
          {file.label ?? "no class"}
          {file.split && ` · ${file.split}`}
          {file.size_bytes !== null && ` · ${formatBytes(file.size_bytes)}`} · <RelativeTime iso={file.created_at} />
        </p>
      </div>
      <div className="flex gap-2">
        {file.file && (
          <ButtonLink href={file.file} download aria-label={`Download ${file.name}`} size="sm">
            <Download /> Download
          </ButtonLink>
        )}
        <ConfirmDialog
          trigger={
            <Button size="sm" variant="ghost" aria-label={`Discard ${file.name}`}>
              Discard
            </Button>
          }
          title="Discard this file"
          description={`${file.name} is deleted from the workspace. This cannot be undone.`}
          confirm="Discard"
          decline="Keep it"
          variant="danger"
          action={useDiscard()}
          variables={() => file.id}
        />
      </div>
    </li>
  );
}
