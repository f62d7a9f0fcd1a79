import Link from "next/link";
import type { ImageItem } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { Thumbnail } from "@/components/layout/thumbnail";
import { cn } from "@/lib/class-names";
import { pictureAddress } from "../issue-kinds";

interface IssuePictureProps {
  image: ImageItem;
  color: (label: string) => string;
  /** One line more on what is wrong. */
  note?: string;
  className?: string;
}

/** A picture that leads to its page, its class and its split. */
export function IssuePicture({ image, color, note, className }: IssuePictureProps) {
  return (
    <figure className={cn("min-w-0", className)}>
      <Link
        href={pictureAddress(image.id)}
        tabIndex={-1}
        aria-label={`Open ${image.original_name}`}
        title={image.original_name}
      >
        <Thumbnail address={image.thumbnail} alt="" />
      </Link>
      <figcaption className="mt-1.5 text-xs text-muted-foreground">
        {image.label === null ? (
          "no class"
        ) : (
          <ClassLabel label={image.label} color={color(image.label)} className="text-foreground" />
        )}
        <span className="block truncate">{note ?? `${image.split ?? "no split"}`}</span>
      </figcaption>
    </figure>
  );
}
