"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ImageOff } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { client, unwrap } from "@/api/client";
import type { ImageIds } from "@/api/types";
import { PageHeader } from "@/components/layout/page-header";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button } from "@/components/ui/button";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { useImageActions } from "@/images/dialog/image-actions";
import { ImageDialog } from "@/images/dialog/image-dialog";
import { NoImages } from "@/images/import-button";
import { plural } from "@/lib/format";
import { type ChangeFilter, filterAddress, type ImageFilter, parseFilter } from "../image-filter";
import { focusOn, NOTHING, type Selection, selectAll, within } from "../selection";
import { FilterBar } from "./filter-bar";
import { GridSkeleton, ImageGrid } from "./image-grid";
import { SelectionBar } from "./selection-bar";

/** Every image of the data set: find, select, change. The address holds the filter and the opened image. */
export function GalleryView() {
  const search = useSearchParams();
  const address = search.toString();
  const filter = useMemo(() => parseFilter(new URLSearchParams(address)), [address]);
  const query = useQuery({
    queryKey: ["images", "ids", filter],
    queryFn: () => unwrap(client.GET("/api/images/ids", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  });
  // From the address, not from what is drawn: a second change may come before the first is drawn.
  const show: ChangeFilter = (change) => {
    const current = parseFilter(new URLSearchParams(window.location.search));
    window.history.replaceState(null, "", filterAddress(change(current)));
  };
  const found = query.isPlaceholderData ? undefined : query.data?.ids.length;
  return (
    <>
      <PageHeader title="Pictures" description={<span role="status">{foundWords(found, filter)}</span>} />
      <FilterBar filter={filter} onFilter={show} />
      <QueryStates query={query} skeleton={<GridSkeleton />} errorTitle="The pictures could not be loaded">
        {(images) => (
          <div aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? "opacity-60" : undefined}>
            {images.ids.length === 0 ? <NothingFound images={images} onAll={() => show(() => ({}))} /> : null}
            <Gallery images={images} filter={filter} opened={Number(search.get("image")) || null} />
          </div>
        )}
      </QueryStates>
    </>
  );
}

function foundWords(found: number | undefined, filter: ImageFilter): string {
  if (found === undefined) return "";
  return Object.keys(filter).length > 0 ? `${plural(found, "picture")} found` : plural(found, "picture");
}

interface GalleryProps {
  images: ImageIds;
  filter: ImageFilter;
  /** The image that is open. */
  opened: number | null;
}

function Gallery({ images, filter, opened }: GalleryProps) {
  const { ids } = images;
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const shown = useMemo(() => new Set(ids), [ids]);
  useEffect(() => setSelection((known) => within(known, shown)), [shown]);

  const targets = () => {
    if (selection.ids.size > 0) return [...selection.ids];
    return document.activeElement?.closest('[role="grid"]') ? ids.slice(selection.focus, selection.focus + 1) : [];
  };
  const excluded = filter.excluded ?? false;
  const { actions, keys, busy, picker } = useImageActions({ targets, excluded });
  const clear = () => setSelection((known) => ({ ...known, ids: new Set() }));
  const all = () => opened === null && setSelection((known) => selectAll(known, ids));
  useHotkeys({ ...keys, "mod+a": all, Escape: clear });

  const open = (id: number | null) => {
    const address = filterAddress(filter);
    const next = id === null ? address : `${address}${address.includes("?") ? "&" : "?"}image=${id}`;
    if (id !== null && opened === null) window.history.pushState(null, "", next);
    else window.history.replaceState(null, "", next);
    const index = id === null ? ids.indexOf(opened ?? 0) : -1;
    if (index >= 0) setSelection((known) => focusOn(known, index));
  };
  return (
    <>
      {ids.length > 0 && (
        <>
          <ImageGrid
            images={images}
            selection={selection}
            onSelection={setSelection}
            onOpen={(index) => open(ids[index] ?? null)}
          />
          <SelectionBar
            count={selection.ids.size}
            total={ids.length}
            busy={busy}
            actions={actions}
            onAll={all}
            onClear={clear}
          />
        </>
      )}
      {picker}
      <ImageDialog id={opened} ids={ids} onOpen={open} />
    </>
  );
}

function NothingFound({ images, onAll }: { images: ImageIds; onAll: () => void }) {
  if (images.dataset_version === null)
    return (
      <NoImages>
        Here you will look through all pictures, give them other classes, move them between splits, and leave some out.
      </NoImages>
    );
  return (
    <EmptyState icon={ImageOff} title="No picture matches" action={<Button onClick={onAll}>Show all pictures</Button>}>
      The data set has pictures, but none to which all of these filters apply.
    </EmptyState>
  );
}
