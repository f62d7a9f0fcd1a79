"use client";
import { useEffect } from "react";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { formatBytes } from "@/lib/format";

interface UploadProgressProps {
  name: string;
  bytes: number;
  share: number;
  abort: () => void;
}

/** Files on their way to the server. Leaving the site asks first, since it would stop them. */
export function UploadProgress({ name, bytes, share, abort }: UploadProgressProps) {
  useEffect(() => {
    if (bytes === 0) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [bytes]);
  const words = share >= 1 ? "the server is writing it down" : `${formatBytes(share * bytes)} of ${formatBytes(bytes)}`;
  return (
    <div className="grid gap-3" data-testid="upload">
      <div className="flex items-center justify-between gap-3 text-sm">
        <p role="status" className="min-w-0 truncate">
          {bytes > 0 ? `Sending ${name} · ${words}` : `Asking for ${name}`}
        </p>
        {bytes > 0 && (
          <Button size="sm" onClick={abort}>
            Stop
          </Button>
        )}
      </div>
      <Progress label={`Sending ${name}`} value={bytes > 0 && share < 1 ? share : null} />
    </div>
  );
}
