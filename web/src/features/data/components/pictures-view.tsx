"use client";
import { Images } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { Split } from "@/api/types";
import { PageHeader } from "@/components/layout/page-header";
import { EmptyState, ErrorState } from "@/components/layout/states";
import { Thumbnail } from "@/components/layout/thumbnail";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { useInsights } from "@/features/workspace/api/get-insights";
import { classOrder } from "@/lib/class-colors";
import { type ImageFilter, useImages } from "../api/list-images";
import { PictureDialog } from "./picture-dialog";

const GRID = "grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-2";

/** Every picture of the data set, by class and split. */
export function PicturesView() {
  const router = useRouter();
  const search = useSearchParams();
  const filter: ImageFilter = {
    label: search.get("label") ?? undefined,
    split: (search.get("split") as Split | null) ?? undefined,
  };
  const classes = classOrder(Object.keys(useInsights().data?.class_distribution ?? {}));
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    router.replace(`/data/pictures/?${next}`, { scroll: false });
  };
  return (
    <>
      <PageHeader
        title={filter.label ?? "All pictures"}
        description={
          <Link href="/data/" className="hover:underline">
            ← Data
          </Link>
        }
        actions={
          <>
            <Select
              aria-label="Class"
              className="w-40"
              value={filter.label ?? ""}
              onChange={(event) => choose("label", event.target.value)}
            >
              <option value="">All classes</option>
              {classes.map((label) => (
                <option key={label}>{label}</option>
              ))}
            </Select>
            <Select
              aria-label="Split"
              className="w-36"
              value={filter.split ?? ""}
              onChange={(event) => choose("split", event.target.value)}
            >
              <option value="">All splits</option>
              <option value="train">Training</option>
              <option value="validation">Validation</option>
              <option value="test">Test</option>
            </Select>
          </>
        }
      />
      <PictureGrid filter={filter} />
    </>
  );
}

function PictureGrid({ filter }: { filter: ImageFilter }) {
  const query = useImages(filter);
  const [open, setOpen] = useState<number | null>(null);
  const end = useRef<HTMLDivElement>(null);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;

  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage) return;
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) void fetchNextPage();
      },
      { rootMargin: "800px" },
    );
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (query.isError && items.length === 0)
    return <ErrorState title="The pictures could not be loaded" error={query.error} onRetry={() => query.refetch()} />;
  if (query.isSuccess && items.length === 0)
    return (
      <EmptyState
        icon={Images}
        title="No pictures here"
        action={
          <Button asChild>
            <Link href="/data/pictures/">Show all pictures</Link>
          </Button>
        }
      >
        No picture of the data set has this class and this split.
      </EmptyState>
    );
  return (
    <>
      <ul className={GRID} aria-label="Pictures">
        {items.map((image, index) => (
          <li key={image.id} className="[contain-intrinsic-size:auto_6.5rem] [content-visibility:auto]">
            <button
              type="button"
              className="block w-full rounded-md"
              aria-label={`${image.original_name}, ${image.label ?? "no class"}`}
              title={`${image.label ?? "no class"} · ${image.original_name}`}
              onClick={() => setOpen(index)}
            >
              <Thumbnail address={image.thumbnail} alt="" />
            </button>
          </li>
        ))}
        {(query.isPending || isFetchingNextPage) &&
          Array.from({ length: 24 }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: grey shapes have no other name
            <li key={`skeleton-${index}`}>
              <Skeleton className="aspect-square" />
            </li>
          ))}
      </ul>
      {query.isFetchNextPageError && (
        <ErrorState title="More pictures could not be loaded" error={query.error} onRetry={() => fetchNextPage()} />
      )}
      <div ref={end} />
      <PictureDialog items={items} index={open} onIndex={setOpen} />
    </>
  );
}
