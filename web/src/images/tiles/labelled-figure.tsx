import type { ImageItem } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { ImageFigure } from "./image-figure";

interface LabelledFigureProps {
  image: ImageItem;
  color: (label: string) => string;
  /** One line more, such as what is wrong. */
  note: string;
  onOpen: (id: number) => void;
}

/** An image of the data set with its class. */
export function LabelledFigure({ image, color, note, onOpen }: LabelledFigureProps) {
  const { id, label, original_name: name } = image;
  return (
    <ImageFigure name={`Open ${name}`} title={name} address={image.thumbnail} onOpen={() => onOpen(id)}>
      {label === null ? "no class" : <ClassLabel label={label} color={color(label)} className="text-foreground" />}
      <span className="block truncate">{note}</span>
    </ImageFigure>
  );
}
