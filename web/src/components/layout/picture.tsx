"use client";
import { ImageOff } from "lucide-react";
import { useState } from "react";
import { cn } from "@/lib/class-names";

const TINY_PX = 64;

interface PictureProps {
  address: string;
  alt: string;
  className?: string;
}

/** A picture on its light table, whole. One that the browser cannot show leaves a sign in its place. */
export function Picture({ address, alt, className }: PictureProps) {
  const [tiny, setTiny] = useState(false);
  const [broken, setBroken] = useState(false);
  return (
    <div className={cn("relative grid place-items-center overflow-hidden bg-muted", className)}>
      {broken ? (
        <ImageOff className="size-6 text-muted-foreground" strokeWidth={1.5} role="img" aria-label={alt} />
      ) : (
        // biome-ignore lint/performance/noImgElement: a static export has no image service
        <img
          src={address}
          alt={alt}
          className={cn("absolute inset-0 size-full object-contain", tiny && "pixelated")}
          onLoad={({ currentTarget }) => setTiny(currentTarget.naturalWidth <= TINY_PX)}
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
}
