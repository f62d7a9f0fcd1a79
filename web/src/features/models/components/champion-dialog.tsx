"use client";
import { type ReactNode, useId, useState } from "react";
import { errorMessage } from "@/api/problems";
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
import { useChangeChampion } from "../api/change-champion";

interface ChampionDialogProps {
  trigger: ReactNode;
  title: string;
  description: string;
  confirm: string;
  /** The version to put into service; null rolls back. */
  version: number | null;
  children?: ReactNode;
}

/** Asks before another version answers, and for the reason, which the history keeps. */
export function ChampionDialog({ trigger, title, description, confirm, version, children }: ChampionDialogProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const change = useChangeChampion();
  const onOpenChange = (next: boolean) => {
    setOpen(next);
    setReason("");
    change.reset();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent>
        <DialogTitle>{title}</DialogTitle>
        <DialogDescription>{description}</DialogDescription>
        {children}
        <Field label="Reason (kept in the history)" htmlFor={id}>
          <Textarea id={id} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {change.isError && (
          <p role="alert" className="text-sm text-negative">
            {errorMessage(change.error)}
          </p>
        )}
        <DialogFooter>
          <DialogClose asChild>
            <Button>Leave it as it is</Button>
          </DialogClose>
          <Button
            variant="primary"
            disabled={change.isPending}
            onClick={() => change.mutate({ version, reason }, { onSuccess: () => onOpenChange(false) })}
          >
            {confirm}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
