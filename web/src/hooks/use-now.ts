"use client";
import { useEffect, useState } from "react";

/** The time, renewed every `everyMs` milliseconds; null until the page runs, so that the export has no clock in it. */
export function useNow(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
