"use client";
import type { QuarantinedFile } from "@/api/types";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
import { Button } from "@/components/ui/button";
import { useDiscard } from "../api/quarantine";

/** Asks before the bytes of a file are deleted: that cannot be undone. */
export function DiscardDialog({ file }: { file: QuarantinedFile }) {
  return (
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
  );
}
