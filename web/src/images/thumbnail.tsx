"use client";
import { useState } from "react";
import { cn } from "@/lib/class-names";

const TINY_PX = 64;

/** An image as a small square, loaded when it comes near the screen. */
export function Thumbnail({ address, alt, className }: { address: string; alt: string; className?: string }) {
  const [tiny, setTiny] = useState(false);
  return (
    // biome-ignore lint/performance/noImgElement: a static export has no image service
    <img
      src={address}
      alt={alt}
      loading="lazy"
      decoding="async"
      className={cn("aspect-square w-full rounded-md bg-muted object-cover", tiny && "pixelated", className)}
      onLoad={({ currentTarget }) => setTiny(currentTarget.naturalWidth <= TINY_PX)}
    />
  );
}
