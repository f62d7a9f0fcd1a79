import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const getModel = (version: number) => unwrap(client.GET("/api/models/{version}", { params: { path: { version } } }));

export function useModel(version: number) {
  return useQuery({ queryKey: ["models", version], queryFn: () => getModel(version) });
}
