import type { Job } from "@/api/types";

const KINDS: Record<Job["kind"], string> = {
  import: "Adding pictures",
  check: "Checking the data set",
  train: "Training a version",
  export: "Making a download",
  learning_curve: "Measuring the learning curve",
  loadtest: "Testing under load",
  propose_labels: "Asking about pictures without a class",
};

export function jobTitle(job: Job): string {
  if (job.kind === "import" && job.params?.name) return `Adding ${job.params.name}`;
  if (job.kind === "export" && job.params)
    return `Making the ${job.params.format} file of version ${job.params.version}`;
  return KINDS[job.kind];
}

/** One short sentence: what a job does now, or how it ended. */
export function jobState(job: Job): string {
  switch (job.status) {
    case "queued":
      return job.cancel_requested ? "Stopping" : "Waiting to start";
    case "running":
      return job.cancel_requested ? "Stopping" : (job.stage ?? "Starting");
    case "succeeded":
      return "Done";
    case "cancelled":
      return "Cancelled";
    case "failed":
      return "Failed";
  }
}
