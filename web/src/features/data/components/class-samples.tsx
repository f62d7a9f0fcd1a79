"use client";
import type { DataInsights } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { Link } from "@/components/ui/link";
import { useClassColor } from "@/hooks/use-class-color";
import { Thumbnail } from "@/images/tiles/thumbnail";
import { classOrder } from "@/lib/class-colors";
import { plural } from "@/lib/format";

/** A strip of images for each class, which leads to all of them. */
export function ClassSamples({ insights }: { insights: DataInsights }) {
  const color = useClassColor();
  return (
    <ul className="grid gap-x-8 gap-y-6 lg:grid-cols-2">
      {classOrder(Object.keys(insights.class_distribution)).map((label) => (
        <li key={label} className="min-w-0 [contain-intrinsic-size:auto_7rem] [content-visibility:auto]">
          <Link href={`/data/pictures/?label=${encodeURIComponent(label)}`} className="group block rounded-md">
            <span className="mb-2 flex items-baseline justify-between gap-3 text-sm">
              <span className="sr-only">See all pictures of </span>
              <ClassLabel label={label} color={color(label)} className="font-medium" />
              <span className="shrink-0 text-xs text-muted-foreground group-hover:underline">
                {plural(insights.class_distribution[label] ?? 0, "picture")}
              </span>
            </span>
            <span className="grid grid-cols-6 gap-1.5">
              {(insights.sample_images[label] ?? []).slice(0, 6).map((address) => (
                <Thumbnail key={address} address={address} alt="" />
              ))}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
