"use client";
import type { UseMutationResult } from "@tanstack/react-query";
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

interface ConfirmDialogProps<Variables> {
  /** What opens it; left out where `open` says whether it is. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: string;
  description: ReactNode;
  confirm: string;
  decline?: string;
  variant?: "primary" | "danger";
  /** What is done on yes, with `variables(reason)`. */
  action: UseMutationResult<unknown, Error, Variables>;
  variables: (reason: string) => Variables;
  /** Whether it also asks why; the history keeps the answer. */
  asksReason?: boolean;
  /** Shown above the buttons; mounted while the dialog is open. */
  children?: ReactNode;
}

/** Asks before something is done, shows why it failed, and closes when it is done. */
export function ConfirmDialog<Variables>(props: ConfirmDialogProps<Variables>) {
  const { trigger, title, description, confirm, decline = "Leave it as it is", action, asksReason = false } = props;
  const id = useId();
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState("");
  const onOpenChange = (next: boolean) => {
    setOpened(next);
    props.onOpenChange?.(next);
    setReason("");
    action.reset();
  };
  return (
    <Dialog open={props.open ?? opened} onOpenChange={onOpenChange}>
      {trigger && <DialogTrigger asChild>{trigger}</DialogTrigger>}
      <DialogContent>
        <DialogTitle>{title}</DialogTitle>
        <DialogDescription className="break-words">{description}</DialogDescription>
        {props.children}
        {asksReason && (
          <Field label="Reason (kept in the history)" htmlFor={id}>
            <Textarea id={id} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
          </Field>
        )}
        {action.isError && (
          <p role="alert" className="text-sm text-negative">
            {errorMessage(action.error)}
          </p>
        )}
        <DialogFooter>
          <DialogClose asChild>
            <Button>{decline}</Button>
          </DialogClose>
          <Button
            variant={props.variant ?? "primary"}
            disabled={action.isPending}
            onClick={() => action.mutate(props.variables(reason), { onSuccess: () => onOpenChange(false) })}
          >
            {confirm}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}
