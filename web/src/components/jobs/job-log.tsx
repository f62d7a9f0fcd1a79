"use client";
import { useEffect, useRef } from "react";
import type { JobEvent } from "@/api/types";
import { plural } from "@/lib/format";

const clock = (iso: string) => new Date(iso).toLocaleTimeString("en-GB");

/** The lines of a job. It stays at the newest one unless the reader has scrolled up. */
export function JobLog({ lines, open }: { lines: readonly JobEvent[]; open: boolean }) {
  const box = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what moves the list
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  if (lines.length === 0) return null;
  return (
    <details open={open} className="text-sm">
      <summary className="text-muted-foreground select-none hover:text-foreground">
        Log ({plural(lines.length, "line")})
      </summary>
      <ol
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area has to be reachable by keyboard
        tabIndex={0}
        aria-label="Log"
        className="mt-2 max-h-44 overflow-y-auto rounded-md border bg-background p-3 font-mono text-xs leading-5"
        onScroll={({ currentTarget: list }) => {
          atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
        }}
      >
        {lines.map((line) => (
          <li key={line.id} className="flex gap-3">
            <time dateTime={line.created_at} className="shrink-0 text-muted-foreground">
              {clock(line.created_at)}
            </time>
            <span className="min-w-0 break-words">{line.message}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
