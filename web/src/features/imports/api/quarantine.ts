import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { usePages } from "@/api/pages";
import { useStartJob } from "@/components/jobs/followed-job";

/** Files that no import could use, newest first. */
export function useQuarantine() {
  return usePages(["quarantine"], (cursor) =>
    unwrap(client.GET("/api/quarantine", { params: { query: { limit: 50, cursor } } })),
  );
}

/** Imports what is in quarantine once more. */
export function useRetryQuarantine() {
  return useStartJob("import", () => unwrap(client.POST("/api/quarantine/retry")), "They could not be tried again");
}

/** Forgets a file and its bytes. */
export function useDiscard() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: number) => {
      const call = client.DELETE("/api/quarantine/{file_id}", { params: { path: { file_id: id } } });
      await unwrap(call.then((answer) => ({ ...answer, data: answer.data ?? null })));
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["insights"] });
      return queries.invalidateQueries({ queryKey: ["quarantine"] });
    },
  });
}
