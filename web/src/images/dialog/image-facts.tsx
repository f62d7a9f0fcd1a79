"use client";
import type { ImageDetail } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { FactList } from "@/components/layout/facts";
import { RelativeTime } from "@/components/layout/relative-time";
import { useClassColor } from "@/hooks/use-class-color";
import { formatBytes, formatCount, formatMetric } from "@/lib/format";
import { ORIGIN_NAMES, SPLIT_NAMES } from "../image-words";

/** What an image is, and what the data set says of it. */
export function ImageFacts({ image }: { image: ImageDetail }) {
  const color = useClassColor();
  const label = image.label === null ? "none yet" : <ClassLabel label={image.label} color={color(image.label)} />;
  return (
    <FactList
      facts={[
        { term: "Class", value: label },
        ...(image.label === null ? [] : [{ term: "The class was", value: ORIGIN_NAMES[image.origin] }]),
        { term: "Split", value: image.split === null ? "none" : SPLIT_NAMES[image.split] },
        { term: "Size", value: `${formatCount(image.width)} × ${formatCount(image.height)} px` },
        { term: "File", value: `${image.format}, ${formatBytes(image.size_bytes)}` },
        ...(image.exif_orientation > 1 ? [{ term: "Turned by its EXIF", value: image.exif_orientation }] : []),
        { term: "Brightness", value: formatMetric(image.brightness) },
        { term: "Contrast", value: formatMetric(image.contrast) },
        { term: "Added", value: <RelativeTime iso={image.created_at} /> },
        { term: "Picture", value: formatCount(image.id) },
        {
          term: "Content",
          value: (
            <code className="font-mono text-xs" title={image.content_hash}>
              {image.content_hash.slice(0, 12)}…
            </code>
          ),
        },
      ]}
    />
  );
}
