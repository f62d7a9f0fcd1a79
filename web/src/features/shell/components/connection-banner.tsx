"use client";
import { WifiOff } from "lucide-react";
import { useWorkspace } from "@/features/workspace/api/get-workspace";

/** Says so when the server is away; goes by itself when it is back. */
export function ConnectionBanner() {
  const { isError, error } = useWorkspace();
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
