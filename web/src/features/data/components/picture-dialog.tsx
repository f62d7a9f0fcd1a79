"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { ImageItem } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { FactList } from "@/components/layout/facts";
import { RelativeTime } from "@/components/layout/relative-time";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { useClassColor } from "@/features/workspace/hooks/use-class-color";
import { cn } from "@/lib/class-names";
import { formatBytes, formatCount } from "@/lib/format";

const ORIGINS: Record<ImageItem["origin"], string> = {
  given: "given with the picture",
  human: "set by hand",
  pseudo: "proposed by a model",
  feedback: "from feedback on an answer",
};
const TINY_PX = 128;

interface PictureDialogProps {
  items: readonly ImageItem[];
  /** Which of `items` is shown; null when closed. */
  index: number | null;
  onIndex: (index: number | null) => void;
}

/** One picture as it came, and what is known of it. */
export function PictureDialog({ items, index, onIndex }: PictureDialogProps) {
  const image = index === null ? undefined : items[index];
  if (index === null || !image) return null;
  const go = (step: number) => {
    const next = index + step;
    if (next >= 0 && next < items.length) onIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  };
  return (
    <Dialog open onOpenChange={() => onIndex(null)}>
      <DialogContent className="max-w-4xl" aria-describedby={undefined} onKeyDown={onKeyDown}>
        <DialogTitle className="truncate">{image.original_name}</DialogTitle>
        <div className="grid gap-6 md:grid-cols-[3fr_2fr]">
          <FullPicture key={image.id} image={image} />
          <div className="flex flex-col justify-between gap-4">
            <Details image={image} />
            <div className="flex items-center justify-between">
              <Button size="icon" aria-label="Picture before" disabled={index === 0} onClick={() => go(-1)}>
                <ChevronLeft />
              </Button>
              <Button
                size="icon"
                aria-label="Next picture"
                disabled={index === items.length - 1}
                onClick={() => go(1)}
              >
                <ChevronRight />
              </Button>
            </div>
          </div>
        </div>
      </DialogContent>
    </Dialog>
  );
}

function FullPicture({ image }: { image: ImageItem }) {
  const [failed, setFailed] = useState(false);
  return (
    <div className="relative grid h-[min(60dvh,28rem)] place-items-center overflow-hidden rounded-lg bg-muted">
      {failed ? (
        <p className="px-6 text-center text-sm text-muted-foreground">The picture could not be loaded.</p>
      ) : (
        // biome-ignore lint/performance/noImgElement: a static export has no image service
        <img
          src={image.file}
          alt={image.original_name}
          className={cn("absolute inset-0 size-full object-contain", image.width <= TINY_PX && "pixelated")}
          onError={() => setFailed(true)}
        />
      )}
    </div>
  );
}

function Details({ image }: { image: ImageItem }) {
  const color = useClassColor();
  return (
    <FactList
      facts={[
        {
          term: "Class",
          value: image.label ? <ClassLabel label={image.label} color={color(image.label)} /> : "none yet",
        },
        ...(image.label ? [{ term: "The class was", value: ORIGINS[image.origin] }] : []),
        { term: "Split", value: image.split ?? "none" },
        { term: "Size", value: `${formatCount(image.width)} × ${formatCount(image.height)} px` },
        { term: "File", value: `${image.format}, ${formatBytes(image.size_bytes)}` },
        { term: "Added", value: <RelativeTime iso={image.created_at} /> },
      ]}
    />
  );
}
