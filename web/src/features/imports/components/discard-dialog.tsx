"use client";
import { useState } from "react";
import { errorMessage } from "@/api/problems";
import type { QuarantinedFile } from "@/api/types";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogTitle,
  DialogTrigger,
} from "@/components/ui/dialog";
import { useDiscard } from "../api/quarantine";

/** Asks before the bytes of a file are deleted: that cannot be undone. */
export function DiscardDialog({ file }: { file: QuarantinedFile }) {
  const [open, setOpen] = useState(false);
  const discard = useDiscard();
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button size="sm" variant="ghost" aria-label={`Discard ${file.name}`}>
          Discard
        </Button>
      </DialogTrigger>
      <DialogContent>
        <DialogTitle>Discard this file</DialogTitle>
        <DialogDescription className="break-words">
          {file.name} is deleted from the workspace. This cannot be undone.
        </DialogDescription>
        {discard.isError && (
          <p role="alert" className="text-sm text-negative">
            {errorMessage(discard.error)}
          </p>
        )}
        <DialogFooter>
          <DialogClose asChild>
            <Button>Keep it</Button>
          </DialogClose>
          <Button
            variant="danger"
            disabled={discard.isPending}
            onClick={() => discard.mutate(file.id, { onSuccess: () => setOpen(false) })}
          >
            Discard
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
