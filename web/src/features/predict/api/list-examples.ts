import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

const MOST = 8;

/** A test picture of each of the first classes: the model has not learned from these. */
async function listExamples(labels: readonly string[]) {
  const pages = await Promise.all(
    labels
      .slice(0, MOST)
      .map((label) =>
        unwrap(client.GET("/api/images", { params: { query: { label, split: "test", limit: 1 } } })),
      ),
  );
  return pages.flatMap((page) => page.items);
}

export function useExamples(labels: readonly string[]) {
  return useQuery({
    queryKey: ["images", "examples", labels],
    queryFn: () => listExamples(labels),
    enabled: labels.length > 0,
  });
}
