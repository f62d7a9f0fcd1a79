import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

/** Joins class names; the later Tailwind class wins over the earlier. */
export function cn(...values: ClassValue[]): string {
  return twMerge(clsx(values));
}
