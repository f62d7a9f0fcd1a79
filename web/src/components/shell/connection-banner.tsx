"use client";
import { useQueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { isPassing } from "@/api/problems";
import { useWorkspace } from "@/api/workspace";

/** Says so when the server is away; when it is back, all is asked for anew. */
export function ConnectionBanner() {
  const queries = useQueryClient();
  const { error } = useWorkspace();
  // A refusal is an answer: the server is there.
  const isError = error !== null && isPassing(error);
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isError) void queries.invalidateQueries();
    wasAway.current = isError;
  }, [isError, queries]);
  return (
    <div role="status" aria-live="polite" data-testid="connection">
      {isError && (
        <p className="flex items-center justify-center gap-2 border-b bg-warning/10 px-4 py-2 text-sm text-warning">
          <WifiOff className="size-4 shrink-0" aria-hidden="true" />
          <span>
            <strong className="font-medium">Connection lost, retrying.</strong> {error.message}
          </span>
        </p>
      )}
    </div>
  );
}
