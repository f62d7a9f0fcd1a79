"use client";
import { Download, ImagePlus, ScanSearch, Trash2 } from "lucide-react";
import { useState } from "react";
import { useDropzone } from "react-dropzone";
import { useWorkspace } from "@/api/workspace";
import { PageHeader } from "@/components/layout/page-header";
import { EmptyState } from "@/components/layout/states";
import { NoChampion } from "@/components/predict/no-champion";
import { PredictionCard } from "@/components/predict/prediction-card";
import { entriesToCsv, type Filter, passes, type Summary, summarize } from "@/components/predict/predictions";
import { addImages, clearImages, predictions } from "@/components/predict/predictions-store";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { useClassColor } from "@/hooks/use-class-color";
import { HeatMapSwitch, useHeatMaps } from "@/images/heat-maps";
import { cn } from "@/lib/class-names";
import { saveText } from "@/lib/csv";
import { formatCount, plural } from "@/lib/format";
import { useStore } from "@/lib/store";
import { usePastedFiles } from "../hooks/use-pasted-files";
import { Examples } from "./examples";

/** Images in, answers out: by dropping, pasting or picking, one or many. */
export function PredictView() {
  const workspace = useWorkspace().data;
  const entries = useStore(predictions);
  const [filter, setFilter] = useState<Filter>("all");
  const color = useClassColor();
  const summary = summarize(entries);
  const shown = entries.filter((entry) => passes(entry, filter));
  const heat = useHeatMaps(entries.some((entry) => entry.state === "done" && entry.prediction.explanation));
  usePastedFiles(addImages);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop: (files) => addImages(files),
    noClick: true,
    noKeyboard: true,
  });
  const picker = (
    <Button variant="primary" onClick={open}>
      <ImagePlus /> Choose pictures
    </Button>
  );
  if (workspace && workspace.champion === null && entries.length === 0) {
    return (
      <>
        <PageHeader title="Predict" description="What is in a picture?" />
        <NoChampion hasData={workspace.dataset_version !== null} />
      </>
    );
  }
  return (
    <div {...getRootProps({ role: undefined, tabIndex: undefined })} className="relative min-h-[70dvh]">
      <input {...getInputProps({ accept: "image/*", "aria-label": "Pictures to predict" })} />
      <PageHeader
        title="Predict"
        description={entries.length > 0 ? summaryWords(summary) : workspace && `Version ${workspace.champion} answers`}
        actions={entries.length > 0 && picker}
      />
      {entries.length === 0 ? (
        <>
          <EmptyState
            icon={ScanSearch}
            title="Drop pictures here"
            action={picker}
            className={cn(
              "min-h-80 justify-center rounded-xl border border-dashed border-control",
              isDragActive && "border-accent bg-accent-soft",
            )}
          >
            Or paste one, or choose them: one picture or many at once. Nothing you ask about is added to the data set.
          </EmptyState>
          <Examples />
        </>
      ) : (
        <>
          <Toolbar summary={summary} filter={filter} onFilter={setFilter} heat={heat} />
          <ul aria-label="Answers" className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
            {shown.map((entry) => (
              <PredictionCard
                key={entry.id}
                entry={entry}
                color={color}
                large={entries.length === 1}
                heatMap={heat.shown}
              />
            ))}
          </ul>
          {shown.length === 0 && (
            <p className="py-16 text-center text-sm text-muted-foreground">None of the pictures.</p>
          )}
          {isDragActive && (
            <p className="pointer-events-none fixed inset-4 z-40 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-background/85 text-lg font-medium md:left-60">
              Drop to predict
            </p>
          )}
        </>
      )}
    </div>
  );
}

function summaryWords({ all, open, sure, unsure, failed }: Summary): string {
  const parts = [plural(all, "picture")];
  if (open > 0) parts.push(`${formatCount(open)} to go`);
  if (sure > 0) parts.push(`${formatCount(sure)} sure`);
  if (unsure > 0) parts.push(`${formatCount(unsure)} not sure`);
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  return parts.join(" · ");
}

interface ToolbarProps {
  summary: Summary;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  heat: ReturnType<typeof useHeatMaps>;
}

function Toolbar({ summary, filter, onFilter, heat }: ToolbarProps) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
      <Segmented
        label="Show"
        value={filter}
        onChange={onFilter}
        options={[
          { value: "all", label: `All ${formatCount(summary.all)}` },
          { value: "unsure", label: `Not sure ${formatCount(summary.unsure)}` },
          { value: "failed", label: `Failed ${formatCount(summary.failed)}` },
        ]}
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <HeatMapSwitch {...heat} />
        <Button
          variant="ghost"
          size="sm"
          onClick={() => saveText("tellapart-predictions.csv", entriesToCsv([...predictions.get()].reverse()))}
        >
          <Download /> CSV
        </Button>
        <Button
          variant="ghost"
          size="sm"
          onClick={() => {
            clearImages();
            onFilter("all");
          }}
        >
          <Trash2 /> Clear
        </Button>
      </div>
    </div>
  );
}
