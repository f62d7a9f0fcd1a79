"use client";
import { CircleAlert, RotateCw, X } from "lucide-react";
import { memo } from "react";
import type { Prediction } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { ImageFrame } from "@/images/tiles/image-frame";
import { cn } from "@/lib/class-names";
import { formatMilliseconds, formatPercent } from "@/lib/format";
import { type Entry, headline } from "./predictions";
import { removeImage, retryImage } from "./predictions-store";
import { ScoreBars } from "./score-bars";

interface PredictionCardProps {
  entry: Entry;
  color: (label: string) => string;
  /** A single image is shown large, beside its answer. */
  large: boolean;
  /** Shows what in the image spoke for the answer. */
  heatMap: boolean;
}

/** One image and what the model says about it. */
export const PredictionCard = memo(function PredictionCard({ entry, color, large, heatMap }: PredictionCardProps) {
  return (
    <li
      aria-label={entry.name}
      data-testid="prediction"
      data-state={entry.state}
      className={cn(
        "group relative flex min-w-0 flex-col overflow-hidden rounded-xl border bg-surface",
        large ? "md:col-span-full md:flex-row" : "[contain-intrinsic-size:auto_24rem] [content-visibility:auto]",
      )}
    >
      <ImageFrame
        address={entry.address}
        alt={entry.name}
        overlay={heatMap && entry.state === "done" ? entry.prediction.explanation?.heat_map : null}
        className={large ? "h-72 md:h-96 md:w-1/2" : "aspect-4/3 w-full"}
      />
      <div className={cn("flex min-w-0 flex-1 flex-col gap-3 p-4", large && "md:gap-5 md:p-8")}>
        <Body entry={entry} color={color} large={large} />
        <p className="mt-auto truncate text-xs text-muted-foreground" title={entry.name}>
          {entry.name}
        </p>
      </div>
      <Button
        size="icon-sm"
        className="absolute top-2 right-2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
        aria-label={`Remove ${entry.name}`}
        onClick={() => removeImage(entry.id)}
      >
        <X />
      </Button>
    </li>
  );
});

function Body({ entry, color, large }: Omit<PredictionCardProps, "heatMap">) {
  switch (entry.state) {
    case "done":
      return <Answer prediction={entry.prediction} color={color} large={large} />;
    case "failed":
      return (
        <>
          <p role="alert" className="flex gap-2 text-sm">
            <CircleAlert className="mt-0.5 size-4 shrink-0 text-negative" aria-hidden="true" />
            <span className="min-w-0 break-words">{entry.reason}</span>
          </p>
          {entry.passing && (
            <Button size="sm" className="self-start" onClick={() => retryImage(entry.id)}>
              <RotateCw /> Try again
            </Button>
          )}
        </>
      );
    default:
      return (
        <div role="status" aria-label={`Asking about ${entry.name}`} className="grid gap-3">
          <Skeleton className="h-6 w-2/3" />
          <Skeleton className="h-3" />
          <Skeleton className="h-3" />
        </div>
      );
  }
}

interface AnswerProps {
  prediction: Prediction;
  color: (label: string) => string;
  large: boolean;
}

function Answer({ prediction, color, large }: AnswerProps) {
  const { label, confidence, abstained, predictions, timing_ms, model_version } = prediction;
  const words = headline(prediction);
  const muted = () => "var(--muted-foreground)";
  return (
    <>
      <div>
        <div className="flex items-baseline justify-between gap-3">
          <p
            className={cn(
              "min-w-0 font-semibold tracking-tight",
              large ? "text-3xl" : "text-lg",
              !abstained && "truncate",
            )}
            data-testid="label"
            title={words}
          >
            {words}
          </p>
          {!abstained && (
            <p className={cn("shrink-0", large ? "text-2xl" : "text-base")} data-testid="confidence">
              {formatPercent(confidence)}
            </p>
          )}
        </div>
        {abstained && (
          <p className="mt-1 text-xs text-muted-foreground" data-testid="guess">
            {prediction.abstained_because === "unlike_training_data" && "It is unlike the training data. "}
            Best guess: {label}, {formatPercent(confidence)}
          </p>
        )}
      </div>
      <ScoreBars scores={large ? predictions : predictions.slice(0, 3)} color={abstained ? muted : color} />
      <p className="text-xs text-muted-foreground">
        <span title={timingWords(timing_ms)}>{formatMilliseconds(timing_ms.total)}</span> · version {model_version}
      </p>
    </>
  );
}

function timingWords({ decode, queue, inference }: Prediction["timing_ms"]): string {
  const part = (name: string, value: number) => `${name} ${formatMilliseconds(value)}`;
  return [part("reading the picture", decode), part("waiting", queue), part("the model", inference)].join(", ");
}
