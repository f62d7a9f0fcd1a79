"use client";
import { CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useInsights } from "@/api/insights";
import { useFollowedJob } from "@/components/jobs/followed-job";
import { sending } from "@/components/jobs/sending";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { ProposalsPanel } from "@/images/proposals-panel";
import { useStore } from "@/lib/store";
import { USUAL_OPTIONS } from "../api/create-import";
import { groupProblem, importProblem, startImport } from "../import-upload";
import type { ImportSource } from "../selection";
import { ChooseOptions } from "./choose-options";
import { ChooseSource } from "./choose-source";
import { ImportJob } from "./import-job";
import { QuarantinePanel } from "./quarantine-panel";
import { UploadProgress } from "./upload-progress";

const STEPS = ["Source", "Options", "Upload", "Import"];

/** Images come in here: choice, options, upload, job, result; and those that could not be used. */
export function ImportView() {
  const upload = useStore(sending);
  const problem = useStore(importProblem);
  const unlabeled = useInsights().data?.unlabeled ?? 0;
  const jobId = useFollowedJob("import");
  const [source, setSource] = useState<ImportSource | null>(null);
  const [options, setOptions] = useState(USUAL_OPTIONS); // Kept for when the server refuses them.
  useEffect(() => {
    if (jobId) setSource(null); // It is on its way; the next one is chosen anew.
  }, [jobId]);
  const step = upload ? 2 : jobId ? 3 : source ? 1 : 0;
  const atField = step === 1 && problem !== null ? groupProblem(problem) : null;
  const tell = (words: string | null) => importProblem.set(() => words);
  const choose = (next: ImportSource | null) => {
    setSource(next);
    setOptions(USUAL_OPTIONS);
    tell(null);
  };
  return (
    <>
      <PageHeader title="Import" description="From your files, or a data set by its name" />
      <div className="grid gap-4">
        <Panel>
          <ol className="mb-5 flex gap-4 text-xs text-muted-foreground" aria-label="Steps">
            {STEPS.map((name, index) => (
              <li
                key={name}
                aria-current={index === step ? "step" : undefined}
                className="flex-1 border-t-2 pt-1.5 aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-foreground"
              >
                {index + 1}. {name}
              </li>
            ))}
          </ol>
          {upload ? (
            <UploadProgress {...upload} />
          ) : jobId ? (
            <ImportJob key={jobId} id={jobId} />
          ) : source ? (
            <ChooseOptions
              source={source}
              options={options}
              groupProblem={atField}
              onChange={(part) => setOptions((before) => ({ ...before, ...part }))}
              onStart={(options) => startImport(source, options)}
              onBack={() => choose(null)}
            />
          ) : (
            <ChooseSource onChoose={choose} onProblem={tell} />
          )}
          {problem && atField === null && (
            <p role="alert" className="mt-4 flex gap-2 text-sm text-negative">
              <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" /> {problem}
            </p>
          )}
        </Panel>
        <ProposalsPanel unlabeled={unlabeled} />
        <QuarantinePanel />
      </div>
    </>
  );
}
