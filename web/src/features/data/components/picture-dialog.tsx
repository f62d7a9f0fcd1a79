"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { ImageItem } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { FactList } from "@/components/layout/facts";
import { Picture } from "@/components/layout/picture";
import { RelativeTime } from "@/components/layout/relative-time";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { useClassColor } from "@/features/workspace/hooks/use-class-color";
import { formatBytes, formatCount } from "@/lib/format";

const ORIGINS: Record<ImageItem["origin"], string> = {
  given: "given with the picture",
  human: "set by hand",
  pseudo: "proposed by a model",
  feedback: "from feedback on an answer",
};

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
          <Picture
            key={image.id}
            address={image.file}
            alt={image.original_name}
            className="h-[min(60dvh,28rem)] rounded-lg"
          />
          <div className="flex flex-col justify-between gap-4">
            <Details image={image} />
            <div className="flex items-center justify-between">
              <Button size="icon" aria-label="Picture before" disabled={index === 0} onClick={() => go(-1)}>
                <ChevronLeft />
              </Button>
              <Button size="icon" aria-label="Next picture" disabled={index === items.length - 1} onClick={() => go(1)}>
                <ChevronRight />
              </Button>
            </div>
          </div>
        </div>
      </DialogContent>
    </Dialog>
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
