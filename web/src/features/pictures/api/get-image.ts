import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const getImage = (id: number) => unwrap(client.GET("/api/images/{image_id}", { params: { path: { image_id: id } } }));

/** One picture with all that was measured of it. */
export function useImage(id: number) {
  return useQuery({
    queryKey: ["images", "one", id],
    queryFn: () => getImage(id),
    placeholderData: keepPreviousData,
  });
}
