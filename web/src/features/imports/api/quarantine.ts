import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";
import { followJob } from "@/components/jobs/use-followed-job";

/** Files that no import could use, newest first. */
export function useQuarantine() {
  return useInfiniteQuery({
    queryKey: ["quarantine"],
    queryFn: ({ pageParam }) =>
      unwrap(client.GET("/api/quarantine", { params: { query: { limit: 50, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Imports what is in quarantine once more. */
export function useRetryQuarantine() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.POST("/api/quarantine/retry")),
    onSuccess: (job) => {
      followJob("import", job.id);
      return queries.invalidateQueries({ queryKey: ["workspace"] });
    },
    onError: (error) => toast.error("The files could not be tried again", { description: errorMessage(error) }),
  });
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
