import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { ImageFilter } from "../image-filter";

const listImageIds = (filter: ImageFilter) => unwrap(client.GET("/api/images/ids", { params: { query: filter } }));

/** All images that a filter finds, in columns; those of the filter before stay until they are there. */
export function useImageIds(filter: ImageFilter) {
  return useQuery({
    queryKey: ["images", "ids", filter],
    queryFn: () => listImageIds(filter),
    placeholderData: keepPreviousData,
  });
}
