"use client";
import { useEffect, useState } from "react";
import { imageSource } from "@/images/tiles/use-image-address";

/** Of these images, the address of the one whose shape is farthest from a square; null until some are there. */
export function useOddest(addresses: readonly string[]): string | null {
  const [oddest, setOddest] = useState<string | null>(null);
  const key = addresses.join("\n");
  useEffect(() => {
    let most = -1;
    let left = false;
    for (const address of key ? key.split("\n") : []) {
      const image = new Image();
      image.onload = () => {
        const oddness = Math.abs(Math.log(image.naturalWidth / image.naturalHeight));
        if (left || oddness <= most) return;
        most = oddness;
        setOddest(image.src);
      };
      imageSource(address).then(
        (source) => {
          image.src = source;
        },
        () => undefined,
      );
    }
    return () => {
      left = true;
    };
  }, [key]);
  return oddest;
}
