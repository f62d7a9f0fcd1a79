import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const listPromotions = () => unwrap(client.GET("/api/promotions", { params: { query: { limit: 200 } } }));

/** Changes of champion, newest first. */
export function usePromotions() {
  return useQuery({ queryKey: ["promotions"], queryFn: listPromotions });
}
