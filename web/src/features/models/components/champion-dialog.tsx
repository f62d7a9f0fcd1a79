"use client";
import type { ReactNode } from "react";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
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
export function ChampionDialog({ version, ...words }: ChampionDialogProps) {
  const action = useChangeChampion();
  return <ConfirmDialog {...words} asksReason action={action} variables={(reason) => ({ version, reason })} />;
}
