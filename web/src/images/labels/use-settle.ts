"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ImagesChange } from "@/api/types";
import { renew, useChangeImages } from "./change-images";

export type Settle = (change: ImagesChange, leaving?: readonly number[]) => void;

/** Settles images: they leave the list of this query at once, so that the next one is at hand, and come back if it fails. */
export function useSettle(list: string): { gone: ReadonlySet<number>; settle: Settle } {
  const queries = useQueryClient();
  const { mutateAsync } = useChangeImages();
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set());
  const settle: Settle = (change, leaving = change.ids) => {
    setGone((before) => new Set([...before, ...leaving]));
    void mutateAsync(change)
      .catch(() => undefined) // The toast tells.
      .then(() => renew(queries, list))
      .finally(() => setGone((before) => new Set([...before].filter((id) => !leaving.includes(id)))));
  };
  return { gone, settle };
}
