"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { ErrorState } from "@/components/layout/states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { formatCount } from "@/lib/format";
import { ImageFrame } from "../tiles/image-frame";
import { useImage, usePrefetchedImage } from "./get-image";
import { ActionButtons, useImageActions } from "./image-actions";
import { ImageFacts } from "./image-facts";
import { ImageIssues } from "./image-issues";
import { ImageScores } from "./image-scores";

interface ImageDialogProps {
  /** The image that is shown; null when none is. */
  id: number | null;
  /** The images among which one goes on, in their order; `id` need not be among them. */
  ids: readonly number[];
  onOpen: (id: number | null) => void;
}

/** The element of an image that gets the focus when its dialog closes. */
export const cellId = (id: number) => `image-${id}`;

/** One image as it came, all that is known of it, and what can be done with it. */
export function ImageDialog({ id, ...props }: ImageDialogProps) {
  return id === null ? null : <OpenDialog id={id} {...props} />;
}

function OpenDialog({ id, ids, onOpen }: ImageDialogProps & { id: number }) {
  const query = useImage(id);
  const image = query.isError ? undefined : query.data;
  // The details are those of the image before, until its own are there.
  const stale = query.isPlaceholderData;
  const name = (!stale && image?.original_name) || `Picture ${id}`;
  const { actions, keys, change, undo, picker, asking } = useImageActions({
    targets: () => [id],
    excluded: (!stale && image?.excluded) ?? false,
  });
  // An image that has just left the filter, by a change, keeps its place among the others.
  const place = useRef(0);
  const found = ids.indexOf(id);
  useEffect(() => {
    if (found >= 0) place.current = found;
  }, [found]);
  const before = ids[(found >= 0 ? found : place.current) - 1];
  const after = ids[found >= 0 ? found + 1 : place.current];
  usePrefetchedImage(after);
  const go = (next: number | undefined) => next !== undefined && onOpen(next);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || asking) return;
    const steps: Record<string, number | undefined> = { ArrowLeft: before, ArrowRight: after };
    const run = event.key in steps ? () => go(steps[event.key]) : { ...keys, u: undo }[event.key];
    if (!run) return;
    event.preventDefault();
    void run();
  };
  return (
    <Dialog open onOpenChange={() => onOpen(null)}>
      <DialogContent
        className="max-w-5xl"
        aria-describedby={undefined}
        onKeyDown={onKeyDown}
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          (event.currentTarget as HTMLElement).focus();
        }}
        onCloseAutoFocus={(event) => {
          const cell = document.getElementById(cellId(id));
          if (cell) event.preventDefault();
          cell?.focus();
        }}
        data-testid="image-dialog"
      >
        <DialogTitle className="flex items-center gap-2">
          <span className="truncate">{name}</span>
          {!stale && image?.excluded && <Badge tone="warning">excluded</Badge>}
        </DialogTitle>
        {query.isError ? (
          <ErrorState title="The picture could not be loaded" error={query.error} onRetry={() => query.refetch()} />
        ) : (
          <div aria-busy={stale} className="grid gap-6 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div className="grid content-start gap-3">
              <ImageFrame
                key={id}
                address={`/api/images/${id}/file?size=full`}
                alt={name}
                className="h-[40dvh] md:h-[min(56dvh,34rem)] rounded-lg"
              />
              <div className="flex items-center justify-between gap-2 text-sm text-muted-foreground">
                <Button
                  size="icon"
                  aria-label="Picture before"
                  disabled={before === undefined}
                  onClick={() => go(before)}
                >
                  <ChevronLeft />
                </Button>
                <span>{found >= 0 && `${formatCount(found + 1)} of ${formatCount(ids.length)}`}</span>
                <Button size="icon" aria-label="Next picture" disabled={after === undefined} onClick={() => go(after)}>
                  <ChevronRight />
                </Button>
              </div>
            </div>
            <div className="grid min-w-0 content-start gap-5 md:col-start-2 md:row-span-2 md:row-start-1">
              <div className="flex flex-wrap gap-1.5" role="toolbar" aria-label="Change this picture">
                <ActionButtons actions={actions} />
              </div>
              {image ? (
                <>
                  {!stale && <ImageIssues image={image} onChange={(what) => change([id], what)} />}
                  <ImageFacts image={image} />
                </>
              ) : (
                <Skeleton className="h-80" />
              )}
            </div>
            {image && <ImageScores scores={image.scores} />}
          </div>
        )}
        {picker}
      </DialogContent>
    </Dialog>
  );
}
