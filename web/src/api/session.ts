import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, unwrap } from "./client";
import { ApiError } from "./problems";
import { isRemote, keepKey } from "./remote";

const SESSION = ["session"];

const getSession = () => unwrap(client.GET("/api/session"));

/** Whether the server needs a key, and whose this page has; asked for anew once a request is refused. */
export function useSession() {
  const queries = useQueryClient();
  useEffect(() => {
    const askAnew = (error: unknown) => {
      if (error instanceof ApiError && error.status === 401) void queries.invalidateQueries({ queryKey: SESSION });
    };
    const stops = [
      queries.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error") askAnew(event.action.error);
      }),
      queries.getMutationCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error") askAnew(event.action.error);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queries]);
  return useQuery({ queryKey: SESSION, queryFn: getSession, staleTime: Number.POSITIVE_INFINITY });
}

/** Has the browser keep a key: in a cookie that no script reads, or, for an API elsewhere, in this tab. */
async function signIn(key: string): Promise<void> {
  if (!isRemote()) {
    await unwrap(client.POST("/api/session", { body: { key } }));
    return;
  }
  keepKey(key);
  const session = await getSession();
  if (session.scope !== null) return;
  keepKey(null);
  throw new ApiError("The key is none of this server, or was revoked. Check that it came whole.", 401, "key_refused");
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: signIn, onSuccess: () => queries.invalidateQueries() });
}

async function signOut(): Promise<void> {
  keepKey(null);
  if (!isRemote()) await unwrap(client.DELETE("/api/session"));
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    // Nothing that was read with the key stays on the page.
    onSuccess: () => queries.resetQueries(),
  });
}
