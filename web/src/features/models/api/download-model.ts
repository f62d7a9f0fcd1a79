import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { ApiError, errorMessage } from "@/api/problems";
import type { ExportFormat, Job } from "@/api/types";
import { getJob } from "@/features/jobs/api/get-job";
import { openJobPanel } from "@/features/jobs/job-panel-store";
import { isFinished } from "@/features/jobs/job-stream";

const POLL_MS = 1_000;

export interface Download {
  version: number;
  format: ExportFormat;
}

export const downloadAddress = ({ version, format }: Download) =>
  `/api/models/${version}/download?format=${format}`;

/** Has a file made that is not there yet, waits for it, and hands it to the browser. */
async function makeAndDownload({ version, format }: Download): Promise<void> {
  const answer = await unwrap(
    client.GET("/api/models/{version}/download", {
      params: { path: { version }, query: { format } },
      // A file that is there by now is left to the browser, not read here.
      parseAs: "stream",
    }),
  );
  const stream = answer as unknown as ReadableStream;
  const first = await readJob(stream);
  if (first) await waitFor(first);
  const link = Object.assign(document.createElement("a"), {
    href: downloadAddress({ version, format }),
    download: "",
  });
  link.click();
}

/** The job in an answer; null when the answer is the file itself. */
async function readJob(stream: ReadableStream): Promise<Job | null> {
  try {
    const text = await new Response(stream).text();
    return text.startsWith("{") ? (JSON.parse(text) as Job) : null;
  } catch {
    return null;
  }
}

async function waitFor(started: Job): Promise<void> {
  for (let job = started; ; job = await getJob(job.id)) {
    if (job.status === "succeeded") return;
    if (isFinished(job)) throw new ApiError(job.error?.detail ?? "It was cancelled.", 0, "job_ended");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export function useMakeAndDownload() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: makeAndDownload,
    onMutate: ({ format }) => {
      toast(`Making the ${format} file`, {
        description: "It downloads by itself when it is ready.",
        action: { label: "Show", onClick: () => openJobPanel(null) },
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["models"] }),
    onError: (error, { format }) =>
      toast.error(`The ${format} file could not be made`, { description: errorMessage(error) }),
  });
}
