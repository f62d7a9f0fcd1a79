import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const SHOWN = 8;

/** Test images of the first classes, in turn: the model has not learned from these. */
async function listExamples(labels: readonly string[]) {
  const chosen = labels.slice(0, SHOWN);
  const limit = Math.ceil(SHOWN / chosen.length);
  const pages = await Promise.all(
    chosen.map((label) => unwrap(client.GET("/api/images", { params: { query: { label, split: "test", limit } } }))),
  );
  const turns = Array.from({ length: limit }, (_, turn) => pages.flatMap((page) => page.items[turn] ?? []));
  return turns.flat().slice(0, SHOWN);
}

export function useExamples(labels: readonly string[]) {
  return useQuery({
    queryKey: ["images", "examples", labels],
    queryFn: () => listExamples(labels),
    enabled: labels.length > 0,
  });
}
