import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "./client";

const all = { params: { query: { limit: 200 } } };
const one = (version: number) => ({ params: { path: { version } } });

/** The versions, newest first. */
export const useModels = () =>
  useQuery({ queryKey: ["models"], queryFn: () => unwrap(client.GET("/api/models", all)) });

export const useModel = (version: number) =>
  useQuery({
    queryKey: ["models", version],
    queryFn: () => unwrap(client.GET("/api/models/{version}", one(version))),
  });

/** The evaluation of a version, which never changes. */
export const useReport = (version: number) =>
  useQuery({
    queryKey: ["reports", version],
    queryFn: () => unwrap(client.GET("/api/models/{version}/report", one(version))),
  });

/** Changes of champion, newest first. */
export const usePromotions = () =>
  useQuery({ queryKey: ["promotions"], queryFn: () => unwrap(client.GET("/api/promotions", all)) });
