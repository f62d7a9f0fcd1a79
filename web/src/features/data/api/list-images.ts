import { useInfiniteQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Split } from "@/api/types";

const PAGE = 120;

export interface ImageFilter {
  label?: string;
  split?: Split;
}

const listImages = (filter: ImageFilter, cursor: string | undefined) =>
  unwrap(client.GET("/api/images", { params: { query: { ...filter, limit: PAGE, cursor } } }));

/** Pictures by class and split, a page at a time. */
export function useImages(filter: ImageFilter) {
  return useInfiniteQuery({
    queryKey: ["images", filter],
    queryFn: ({ pageParam }) => listImages(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}
