import { createStore } from "@/lib/store";

interface JobPanel {
  open: boolean;
  /** The job shown; null shows the list of the latest. */
  jobId: string | null;
}

export const jobPanel = createStore<JobPanel>({ open: false, jobId: null });

export function openJobPanel(jobId: string | null): void {
  jobPanel.set(() => ({ open: true, jobId }));
}
