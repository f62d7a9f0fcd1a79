"use client";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { useReachEnd } from "@/hooks/use-reach-end";
import { ErrorState, QueryStates, type QueryStatesProps } from "./states";

interface EndlessStatesProps<T> extends Omit<QueryStatesProps<readonly T[]>, "query"> {
  query: UseInfiniteQueryResult<InfiniteData<T>>;
}

/** Loading, failed or ready, for a list that comes in pages; the next one is fetched as the end of those shown comes near. */
export function EndlessStates<T>({ query, children, ...states }: EndlessStatesProps<T>) {
  const end = useReachEnd(query);
  return (
    <QueryStates query={query} {...states}>
      {({ pages }) => (
        <>
          {children(pages)}
          {query.isFetchNextPageError && (
            <ErrorState title={states.errorTitle} error={query.error} onRetry={() => query.fetchNextPage()} />
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
