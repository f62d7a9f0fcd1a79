import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const listWorthLabelling = () => unwrap(client.GET("/api/worth-labelling", { params: { query: { limit: 100 } } }));

/** Images without a class from which a model would learn most, best first. */
export function useWorthLabelling() {
  return useQuery({ queryKey: ["worth-labelling"], queryFn: listWorthLabelling });
}
