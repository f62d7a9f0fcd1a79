"use client";
import { useEffect, useRef } from "react";

const TINY_PX = 64;
/** Images that a fast scroll passes by are never asked for. */
const PATIENCE_MS = 120;

/** A thumbnail that is asked for once it has stood still, and given up when it leaves the page. */
export function GalleryImage({ id }: { id: number }) {
  const ref = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const image = ref.current;
    if (!image) return;
    const timer = setTimeout(() => {
      image.src = `/api/images/${id}/file?size=thumb`;
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      // An image that is only taken out of the page goes on loading; without an address it stops.
      if (!image.complete) image.removeAttribute("src");
    };
  }, [id]);
  return (
    // biome-ignore lint/performance/noImgElement: a static export has no image service
    <img
      ref={ref}
      alt=""
      draggable={false}
      decoding="async"
      className="aspect-square w-full rounded-md bg-muted object-cover outline-accent group-aria-selected:outline-4 group-aria-selected:-outline-offset-4"
      onLoad={({ currentTarget }) => currentTarget.classList.toggle("pixelated", currentTarget.naturalWidth <= TINY_PX)}
    />
  );
}
