"use client";
import { CircleAlert, ImagePlus } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { useDropzone } from "react-dropzone";
import type { ImportResult } from "@/api/types";
import { Panel } from "@/components/layout/panel";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { Progress } from "@/components/ui/progress";
import { JobView } from "@/features/jobs/components/job-view";
import { followJob, useFollowedJob } from "@/features/jobs/hooks/use-followed-job";
import { cn } from "@/lib/class-names";
import { formatBytes, formatCount } from "@/lib/format";
import { useStore } from "@/lib/store";
import type { SplitMode } from "../api/create-import";
import { importUpload, startImport } from "../import-upload";
import { MOST_LOOSE } from "../selection";
import { ImportResultView } from "./import-result-view";

/** Pictures come in here: the choice, the upload, the job, and what came of it. */
export function ImportPanel({ onClose }: { onClose: (() => void) | undefined }) {
  const upload = useStore(importUpload);
  const jobId = useFollowedJob("import");
  const [split, setSplit] = useState<SplitMode>("auto");
  const sending = upload.phase === "sending";

  useEffect(() => {
    if (!sending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [sending]);

  const close = onClose && (
    <Button variant="ghost" size="sm" onClick={onClose}>
      Close
    </Button>
  );
  return (
    <Panel title={jobId ? undefined : "Add pictures"} actions={!sending && close} className="mb-8">
      {upload.phase === "sending" ? (
        <div className="grid gap-3" data-testid="upload">
          <div className="flex items-center justify-between gap-3 text-sm">
            <p role="status" className="min-w-0 truncate">
              Sending {upload.name} · {formatBytes(upload.share * upload.bytes)} of {formatBytes(upload.bytes)}
            </p>
            <Button size="sm" onClick={upload.abort}>
              Stop
            </Button>
          </div>
          <Progress label={`Sending ${upload.name}`} value={upload.share} />
        </div>
      ) : jobId ? (
        <JobView
          key={jobId}
          id={jobId}
          footer={(job) => (
            <>
              {job.status === "succeeded" && Object.keys(job.result?.classes ?? {}).length > 0 && (
                <Button asChild size="sm" variant="primary">
                  <Link href="/models/?train=1">Train a version</Link>
                </Button>
              )}
              <Button size="sm" onClick={() => followJob("import", undefined)}>
                Add more pictures
              </Button>
              {onClose && (
                <Button size="sm" variant="ghost" onClick={onClose}>
                  Put away
                </Button>
              )}
            </>
          )}
          result={(job) => <ImportResultView result={job.result as ImportResult | null} />}
        />
      ) : (
        <>
          <Drop split={split} />
          <div className="mt-4 flex flex-wrap items-center gap-3 text-sm">
            <span className="text-muted-foreground">New pictures go to</span>
            <Segmented
              label="New pictures go to"
              value={split}
              onChange={setSplit}
              options={[
                { value: "auto", label: "All three splits" },
                { value: "train", label: "Training" },
                { value: "test", label: "Test" },
              ]}
            />
          </div>
          {upload.phase === "failed" && (
            <p role="alert" className="mt-4 flex gap-2 text-sm text-negative">
              <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" /> {upload.reason}
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function Drop({ split }: { split: SplitMode }) {
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop: (files) => startImport(files, split),
    noClick: true,
    noKeyboard: true,
  });
  return (
    <div
      {...getRootProps({ role: undefined, tabIndex: undefined })}
      className={cn(
        "flex flex-col items-center gap-3 rounded-lg border border-dashed border-control px-6 py-10 text-center",
        isDragActive && "border-accent bg-accent-soft",
      )}
    >
      <input {...getInputProps({ "aria-label": "Pictures to add" })} />
      <p className="font-medium">Drop a ZIP of labelled pictures here</p>
      <p className="max-w-md text-sm text-balance text-muted-foreground">
        One folder for each class, such as cats/1.jpg and dogs/2.jpg. Or drop up to {formatCount(MOST_LOOSE)} loose
        pictures: they are kept without a class.
      </p>
      <Button variant="primary" onClick={open}>
        <ImagePlus /> Choose files
      </Button>
    </div>
  );
}
