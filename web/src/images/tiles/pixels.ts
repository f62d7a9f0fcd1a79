import type { SyntheticEvent } from "react";

const TINY_PX = 64;

/** Once an image is loaded: a tiny one, such as a digit of 8 × 8, keeps its pixels. */
export function keepPixels({ currentTarget: image }: SyntheticEvent<HTMLImageElement>): void {
  image.classList.toggle("pixelated", image.naturalWidth <= TINY_PX);
}
