import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { errorMessage } from "@/api/problems";
import type { ReviewDecision, ReviewResult } from "@/api/types";
import { renewImages } from "@/images/labels/change-images";
import { plural } from "@/lib/format";
import { conflictWords, decisionWords } from "../review-words";
import { clientToken } from "./client-token";

const AT_ONCE = 24;
const AGAIN_MS = 4_000;
const TOAST = { id: "review", duration: 10_000 };

export interface ReviewChoice {
  order: "teaching" | "random";
  /** Only with this suggested class; all where it is null. */
  label: string | null;
}

const header = () => ({ "X-Client-Token": clientToken() });

/**
 * The first images of the queue, which nobody else is shown meanwhile.
 * With `suggests` a model is in service: it is asked about what has no suggestion, and the answer is looked for.
 */
export const useReviewQueue = ({ order, label }: ReviewChoice, suggests: boolean) =>
  useQuery({
    queryKey: ["review", order, label],
    queryFn: () => {
      const query = { order, limit: AT_ONCE, ...(label === null ? {} : { label }) };
      return unwrap(client.GET("/api/review", { params: { query, header: header() } }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      suggests && state.data?.items.some((item) => item.suggested_label === null) ? AGAIN_MS : false,
  });

const send = (decisions: ReviewDecision[]) =>
  unwrap(client.POST("/api/review", { body: { decisions }, params: { header: header() } }));

const takeBack = () => unwrap(client.POST("/api/review/undo", { params: { header: header() } }));

/**
 * Decides images, which leave the list at once and come back if that fails, and takes the last of it back.
 * What is sent is sent in order. `decided` counts the images that were changed here and not taken back.
 */
export function useReview() {
  const queries = useQueryClient();
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set());
  const [decided, setDecided] = useState(0);
  const scope = { id: "review" };
  const tell = (words: string, { conflicts }: ReviewResult, onUndo?: () => void) =>
    toast(words, {
      ...TOAST,
      description: conflictWords(conflicts),
      action: onUndo ? { label: "Undo", onClick: onUndo } : null,
    });
  const undo = useMutation({
    scope,
    mutationFn: takeBack,
    onSuccess: (result) => {
      setDecided((count) => Math.max(0, count - result.changed));
      tell(result.changed > 0 ? `Undone: ${plural(result.changed, "picture")}` : "Undone", result);
      return renewImages(queries);
    },
    onError: (error) => toast.error("Nothing was undone", { ...TOAST, description: errorMessage(error), action: null }),
  });
  const decide = useMutation({
    scope,
    mutationFn: send,
    onMutate: (decisions) => setGone((before) => new Set([...before, ...decisions.map((each) => each.image_id)])),
    onSuccess: (result, decisions) => {
      setDecided((count) => count + result.changed);
      tell(decisionWords(decisions), result, () => undo.mutate());
    },
    onError: (error) =>
      toast.error("Nothing was changed", { ...TOAST, description: errorMessage(error), action: null }),
    onSettled: async (_result, _error, decisions) => {
      await renewImages(queries);
      const back = new Set(decisions.map((each) => each.image_id));
      setGone((before) => new Set([...before].filter((id) => !back.has(id))));
    },
  });
  return { gone, decided, decide: decide.mutate, undo: undo.mutate };
}

export type Decide = ReturnType<typeof useReview>["decide"];
