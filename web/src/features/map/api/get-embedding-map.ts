import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const MOST = 20_000;

/** Where the last check placed the images, alike ones near each other. */
export function useEmbeddingMap() {
  return useQuery({
    queryKey: ["embedding-map"],
    queryFn: () => unwrap(client.GET("/api/embedding-map", { params: { query: { limit: MOST } } })),
    staleTime: 60_000,
  });
}
