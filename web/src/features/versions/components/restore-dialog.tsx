"use client";
import { useId, useState } from "react";
import { errorMessage } from "@/api/problems";
import { QueryStates } from "@/components/layout/states";
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
import { Field, Textarea } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { useDiffCounts, useRestore } from "../api/versions";
import { restoreWords } from "../change-words";

/** Says what bringing back a version would change, and asks why. */
export function RestoreDialog({ version, current }: { version: number; current: number }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const restore = useRestore();
  const counts = useDiffCounts(current, version, open);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        restore.reset();
      }}
    >
      <DialogTrigger asChild>
        <Button size="sm" aria-label={`Restore version ${version}`}>
          Restore
        </Button>
      </DialogTrigger>
      <DialogContent>
        <DialogTitle>Restore version {version}</DialogTitle>
        <DialogDescription>
          The pictures become as they were in version {version}. That makes a new version: nothing is lost, and version{" "}
          {current} can be restored in the same way.
        </DialogDescription>
        <QueryStates
          query={counts}
          skeleton={<Skeleton className="h-5 w-56" />}
          errorTitle="What would change is unknown"
        >
          {(diff) => (
            <p className="text-sm font-medium" data-testid="restore-changes">
              {restoreWords(diff.counts)}
            </p>
          )}
        </QueryStates>
        <Field label="Reason (kept in the history)" htmlFor={id}>
          <Textarea id={id} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {restore.isError && (
          <p role="alert" className="text-sm text-negative">
            {errorMessage(restore.error)}
          </p>
        )}
        <DialogFooter>
          <DialogClose asChild>
            <Button>Leave it as it is</Button>
          </DialogClose>
          <Button
            variant="primary"
            disabled={restore.isPending}
            onClick={() => restore.mutate({ version, reason }, { onSuccess: () => setOpen(false) })}
          >
            Restore version {version}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
