import { keepPreviousData, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, unwrap } from "@/api/client";
import { isRemote } from "@/api/remote";

const getImage = (id: number) => unwrap(client.GET("/api/images/{image_id}", { params: { path: { image_id: id } } }));

const imageOptions = (id: number) => queryOptions({ queryKey: ["images", "one", id], queryFn: () => getImage(id) });

/** One image with all that was measured of it; the one before stays until it is there. */
export function useImage(id: number) {
  return useQuery({ ...imageOptions(id), placeholderData: keepPreviousData });
}

/** Fetches the image that will be looked at next. */
export function usePrefetchedImage(id: number | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (id === undefined) return;
    void queries.prefetchQuery(imageOptions(id));
    if (!isRemote()) new Image().src = `/api/images/${id}/file?size=full`;
  }, [queries, id]);
}
