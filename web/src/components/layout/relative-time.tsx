"use client";
import { useNow } from "@/hooks/use-now";
import { formatExact, formatRelative } from "@/lib/format";

/** "3 hours ago", with the exact time on hover. */
export function RelativeTime({ iso }: { iso: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={iso} title={formatExact(iso)} className="whitespace-nowrap">
      {now === null ? formatExact(iso) : formatRelative(iso, now)}
    </time>
  );
}
