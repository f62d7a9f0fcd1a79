import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { download } from "@/api/download";
import { getJob } from "@/api/jobs";
import { ApiError, errorMessage } from "@/api/problems";
import type { ExportFormat, Job } from "@/api/types";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { isFinished } from "@/components/jobs/job-stream";

const POLL_MS = 1_000;

export interface Download {
  version: number;
  format: ExportFormat;
}

export const downloadAddress = ({ version, format }: Download) => `/api/models/${version}/download?format=${format}`;

/** Has a file made that is not there yet, waits for it, and hands it to the browser. */
async function makeAndDownload({ version, format }: Download): Promise<void> {
  const options = { params: { path: { version }, query: { format } }, parseAs: "stream" } as const;
  const call = client.GET("/api/models/{version}/download", options);
  const body = (await unwrap(call)) as unknown as ReadableStream;
  const { response } = await call;
  // A file that is there by now is left to the browser, not read here.
  if (response.status === 202) await waitFor((await new Response(body).json()) as Job);
  else await body.cancel();
  await download(downloadAddress({ version, format }));
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
