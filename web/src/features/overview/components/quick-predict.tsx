"use client";
import { ImagePlus } from "lucide-react";
import { useDropzone } from "react-dropzone";
import { useWorkspace } from "@/api/workspace";
import { Panel } from "@/components/layout/panel";
import { PredictionCard } from "@/components/predict/prediction-card";
import { addImages, predictions } from "@/components/predict/predictions-store";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { useClassColor } from "@/hooks/use-class-color";
import { cn } from "@/lib/class-names";
import { plural } from "@/lib/format";
import { useStore } from "@/lib/store";

/** A picture to ask about, and the latest answer. */
export function QuickPredict() {
  const champion = useWorkspace().data?.champion;
  const entries = useStore(predictions);
  const color = useClassColor();
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop: (files) => addImages(files),
    noClick: true,
    noKeyboard: true,
  });
  const [latest] = entries;
  return (
    <Panel title="Ask about a picture">
      {champion === null ? (
        <p className="text-sm text-muted-foreground">There is no model in service that could answer.</p>
      ) : (
        <div className="grid gap-4">
          <div
            {...getRootProps({ role: undefined, tabIndex: undefined })}
            className={cn(
              "flex flex-wrap items-center justify-center gap-3 rounded-lg border border-dashed border-control px-4 py-6 text-sm text-muted-foreground",
              isDragActive && "border-accent bg-accent-soft",
            )}
          >
            <input {...getInputProps({ accept: "image/*", "aria-label": "Pictures to predict" })} />
            Drop one here, or
            <Button size="sm" onClick={open}>
              <ImagePlus /> Choose pictures
            </Button>
          </div>
          {latest && (
            <ul aria-label="The latest answer">
              <PredictionCard key={latest.id} entry={latest} color={color} large={false} heatMap={false} />
            </ul>
          )}
          {entries.length > 1 && (
            <Link href="/predict/" className="text-sm text-accent hover:underline">
              See all {plural(entries.length, "answer")}
            </Link>
          )}
        </div>
      )}
    </Panel>
  );
}
