import type { ReactNode } from "react";
import { ImageFrame } from "./image-frame";

interface ImageFigureProps {
  /** What opening it is called. */
  name: string;
  title?: string;
  address: string;
  overlay?: string | null;
  onOpen: () => void;
  /** Whether Tab reaches it; in lists that are worked by keys Enter opens the item instead. */
  tabbable?: boolean;
  /** What is said below it. */
  children: ReactNode;
}

/** An image that can be opened, with words below it. */
export function ImageFigure({ name, title, address, overlay, onOpen, tabbable = false, children }: ImageFigureProps) {
  return (
    <figure className="min-w-0">
      <button
        type="button"
        tabIndex={tabbable ? undefined : -1}
        className="block w-full rounded-md"
        aria-label={name}
        title={title}
        onClick={onOpen}
      >
        <ImageFrame address={address} alt="" overlay={overlay} className="aspect-square w-full rounded-md" />
      </button>
      <figcaption className="mt-1.5 text-xs text-muted-foreground">{children}</figcaption>
    </figure>
  );
}
