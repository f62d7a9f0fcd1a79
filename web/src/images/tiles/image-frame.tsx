"use client";
import { ImageOff } from "lucide-react";
import { useState } from "react";
import { cn } from "@/lib/class-names";
import { keepPixels } from "./pixels";
import { useImageAddress } from "./use-image-address";

interface ImageFrameProps {
  address: string;
  alt: string;
  /** Another image of the same shape that is laid over it, such as a heat map. */
  overlay?: string | null;
  className?: string;
}

/** An image on its light table, whole. One that the browser cannot show leaves a sign in its place. */
export function ImageFrame({ address, alt, overlay, className }: ImageFrameProps) {
  const [broken, setBroken] = useState(false);
  const shown = useImageAddress(address);
  const over = useImageAddress(overlay ?? "");
  return (
    <div className={cn("relative grid place-items-center overflow-hidden bg-muted", className)}>
      {broken || shown.failed ? (
        <ImageOff className="size-6 text-muted-foreground" strokeWidth={1.5} role="img" aria-label={alt} />
      ) : (
        // biome-ignore lint/performance/noImgElement: a static export has no image service
        <img
          src={shown.address}
          alt={alt}
          loading="lazy"
          className="absolute inset-0 size-full object-contain"
          onLoad={keepPixels}
          onError={() => setBroken(true)}
        />
      )}
      {overlay && over.address && !broken && (
        // biome-ignore lint/performance/noImgElement: a static export has no image service
        <img
          key={overlay}
          src={over.address}
          alt=""
          data-testid="heat-map"
          className="absolute inset-0 size-full object-contain"
          onError={({ currentTarget }) => {
            currentTarget.hidden = true;
          }}
        />
      )}
    </div>
  );
}
