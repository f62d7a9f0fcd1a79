"use client";
import { useEffect, useState } from "react";
import { apiFetch, isRemote } from "@/api/remote";

/** What to give to an `img`, for an image that is not rendered by React. From another origin it is fetched first. */
export async function imageSource(address: string, signal?: AbortSignal): Promise<string> {
  if (!address.startsWith("/") || !isRemote()) return address;
  const answer = await apiFetch(address, signal ? { signal } : {});
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

/** What to give to an `img`. It brings no key to another origin, so from there an image is fetched first. */
export function useImageAddress(address: string): { address: string | undefined; failed: boolean } {
  const fetched = address.startsWith("/") && isRemote();
  const [found, setFound] = useState<{ of: string; blob: string | null }>();
  useEffect(() => {
    if (!fetched) return;
    const stop = new AbortController();
    let made: string | null = null;
    const load = async () => {
      made = await imageSource(address, stop.signal);
      if (stop.signal.aborted) URL.revokeObjectURL(made);
      else setFound({ of: address, blob: made });
    };
    load().catch(() => stop.signal.aborted || setFound({ of: address, blob: null }));
    return () => {
      stop.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [address, fetched]);
  if (!fetched) return { address, failed: false };
  const own = found?.of === address ? found : undefined;
  return { address: own?.blob ?? undefined, failed: own?.blob === null };
}
