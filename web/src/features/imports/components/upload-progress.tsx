"use client";
import { type Sending, sendingWords } from "@/components/jobs/sending";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { useNow } from "@/hooks/use-now";

/** Files on their way to the server. */
export function UploadProgress(upload: Sending) {
  const { name, bytes, share, startedAt, abort } = upload;
  const now = useNow(1_000) ?? startedAt;
  return (
    <div className="grid gap-3" data-testid="upload">
      <div className="flex items-center justify-between gap-3 text-sm">
        <p role="status" className="min-w-0 truncate">
          Sending {name} · {sendingWords(upload, now)}
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
