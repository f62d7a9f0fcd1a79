"use client";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { ErrorState, QueryStates, type QueryStatesProps } from "./states";

interface EndlessStatesProps<T> extends Omit<QueryStatesProps<readonly T[]>, "query"> {
  query: UseInfiniteQueryResult<InfiniteData<T>>;
}

/** Loading, failed or ready, for a list that comes in pages; the next one is fetched as the end of those shown comes near. */
export function EndlessStates<T>({ query, children, ...states }: EndlessStatesProps<T>) {
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return;
    const near = ([entry]: IntersectionObserverEntry[]) => entry?.isIntersecting && void fetchNextPage();
    const watcher = new IntersectionObserver(near, { rootMargin: "800px" });
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return (
    <QueryStates query={query} {...states}>
      {({ pages }) => (
        <>
          {children(pages)}
          {isFetchNextPageError && (
            <ErrorState title={states.errorTitle} error={query.error} onRetry={() => fetchNextPage()} />
          )}
          <div ref={end} />
        </>
      )}
    </QueryStates>
  );
}

/** Fetches the next page of a list on demand; there only while there is one. */
export function MoreButton({ query, label = "Show more" }: { query: UseInfiniteQueryResult; label?: string }) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (!hasNextPage) return null;
  return (
    <Button
      size="sm"
      variant="ghost"
      className="mt-2 -ml-3"
      disabled={isFetchingNextPage}
      onClick={() => void fetchNextPage()}
    >
      {label}
    </Button>
  );
}
