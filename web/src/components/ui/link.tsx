"use client";
import NextLink from "next/link";
import { type ComponentProps, useState } from "react";

/** A link within the page. Its target is fetched ahead once the pointer or the focus is on it: for all links at once that would be three requests each. */
export function Link({ onPointerEnter, onFocus, ...props }: ComponentProps<typeof NextLink>) {
  const [near, setNear] = useState(false);
  return (
    <NextLink
      {...props}
      prefetch={near ? null : false}
      onPointerEnter={(event) => {
        setNear(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setNear(true);
        onFocus?.(event);
      }}
    />
  );
}
