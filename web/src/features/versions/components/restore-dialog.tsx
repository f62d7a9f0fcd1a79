"use client";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
import { QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { useDiffCounts, useRestore } from "../api/versions";
import { restoreWords } from "../change-words";

/** Says what bringing back a version would change, and asks why. */
export function RestoreDialog({ version, current }: { version: number; current: number }) {
  const title = `Restore version ${version}`;
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" aria-label={title}>
          Restore
        </Button>
      }
      title={title}
      description={`The pictures become as they were in version ${version}. That makes a new version: nothing is lost, and version ${current} can be restored in the same way.`}
      confirm={title}
      asksReason
      action={useRestore()}
      variables={(reason) => ({ version, reason })}
    >
      <Changes from={current} to={version} />
    </ConfirmDialog>
  );
}

function Changes({ from, to }: { from: number; to: number }) {
  return (
    <QueryStates query={useDiffCounts(from, to)} skeleton="h-5 w-56" errorTitle="What would change is unknown">
      {(diff) => (
        <p className="text-sm font-medium" data-testid="restore-changes">
          {restoreWords(diff.counts)}
        </p>
      )}
    </QueryStates>
  );
}
