"use client";
import { cn } from "@/lib/class-names";
import { keepPixels } from "./pixels";
import { useImageAddress } from "./use-image-address";

/** An image as a small square, loaded when it comes near the screen. */
export function Thumbnail({ address, alt, className }: { address: string; alt: string; className?: string }) {
  const shown = useImageAddress(address);
  return (
    // biome-ignore lint/performance/noImgElement: a static export has no image service
    <img
      src={shown.address}
      alt={alt}
      loading="lazy"
      decoding="async"
      className={cn("aspect-square w-full rounded-md bg-muted object-cover", className)}
      onLoad={keepPixels}
    />
  );
}
