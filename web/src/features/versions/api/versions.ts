import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { usePages } from "@/api/pages";
import { errorMessage } from "@/api/problems";

const PAGE = 60;

/** The versions of the data set, newest first. */
export function useDatasetVersions() {
  return usePages(["dataset-versions"], (cursor) =>
    unwrap(client.GET("/api/dataset-versions", { params: { query: { limit: PAGE, cursor } } })),
  );
}

const getDiff = (version: number, other: number, limit: number, cursor?: string) =>
  unwrap(
    client.GET("/api/dataset-versions/{version}/diff/{other}", {
      params: { path: { version, other }, query: { limit, cursor } },
    }),
  );

/** What changed from one version to another. */
export function useDiff(version: number, other: number) {
  return usePages(["dataset-versions", "diff", version, other], (cursor) => getDiff(version, other, PAGE, cursor));
}

/** Only how many images changed in which way. */
export function useDiffCounts(version: number, other: number) {
  return useQuery({
    queryKey: ["dataset-versions", "counts", version, other],
    queryFn: () => getDiff(version, other, 1),
  });
}

/** Brings back the content of a version, as a new one. */
export function useRestore() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, reason }: { version: number; reason: string }) =>
      unwrap(
        client.POST("/api/dataset-versions/{version}/restore", { params: { path: { version } }, body: { reason } }),
      ),
    onSuccess: ({ id }, { version }) => {
      toast.success(`The pictures are as in version ${version} again`, { description: `That is version ${id} now.` });
      return queries.invalidateQueries();
    },
  });
}

/** Undoes what one version changed. */
export function useRevert() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (version: number) =>
      unwrap(client.POST("/api/dataset-versions/{version}/revert", { params: { path: { version } } })),
    onSuccess: ({ new_version }, version) => {
      const words = new_version === null ? "Nothing was left to undo" : `Version ${version} was undone`;
      toast.success(words, { description: new_version && `The pictures are at version ${new_version} now.` });
      return queries.invalidateQueries();
    },
    onError: (error) => toast.error("It could not be undone", { description: errorMessage(error) }),
  });
}
