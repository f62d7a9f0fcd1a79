import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { PictureFilter } from "../picture-filter";

const listImageIds = (filter: PictureFilter) => unwrap(client.GET("/api/images/ids", { params: { query: filter } }));

/** All pictures that a filter finds, in columns; those of the filter before stay until they are there. */
export function useImageIds(filter: PictureFilter) {
  return useQuery({
    queryKey: ["images", "ids", filter],
    queryFn: () => listImageIds(filter),
    placeholderData: keepPreviousData,
  });
}
