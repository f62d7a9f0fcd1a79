"use client";
import { TriangleAlert } from "lucide-react";
import { useWorkspace } from "@/api/workspace";

/** Says so when the version in service cannot be loaded, and what answers in its place. */
export function ServingBanner() {
  const problem = useWorkspace().data?.serving_problem;
  return (
    <div role="status" aria-live="polite" data-testid="serving-problem">
      {problem && (
        <p className="flex items-center justify-center gap-2 border-b bg-warning/10 px-4 py-2 text-sm text-warning">
          <TriangleAlert className="size-4 shrink-0" aria-hidden="true" />
          <span className="min-w-0 break-words">{problem}</span>
        </p>
      )}
    </div>
  );
}
