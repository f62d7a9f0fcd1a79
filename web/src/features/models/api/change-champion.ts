import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import type { Promotion } from "@/api/types";

interface Change {
  /** The version to put into service; null goes back to the champion before. */
  version: number | null;
  reason: string;
}

function changeChampion({ version, reason }: Change): Promise<Promotion> {
  const body = { reason };
  return unwrap(
    version === null
      ? client.POST("/api/models/rollback", { body })
      : client.POST("/api/models/{version}/promote", { params: { path: { version } }, body }),
  );
}

/** Promotes a version, or rolls back. */
export function useChangeChampion() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: changeChampion,
    onSuccess: (promotion) => {
      toast.success(`Version ${promotion.to_version} is in service`);
      return queries.invalidateQueries();
    },
  });
}
