"use client";
import type { TrainOptions } from "@/api/types";
import { Choice } from "@/components/ui/choice";
import { cn } from "@/lib/class-names";
import { useOddest } from "../hooks/use-oddest";

type Mode = NonNullable<TrainOptions["resize_mode"]>;

const MODES: Record<Mode, { label: string; hint: string; fit: string }> = {
  crop: { label: "Cropped", hint: "The middle fills the square; the ends are cut off.", fit: "object-cover" },
  letterbox: {
    label: "Whole, with bars",
    hint: "All of it, in proportion; bars fill the rest.",
    fit: "object-contain",
  },
  stretch: { label: "Stretched", hint: "All of it, squeezed into the square.", fit: "object-fill" },
};
const MODE_NAMES = Object.keys(MODES) as Mode[];

interface FitChoiceProps {
  value: Mode | null | undefined;
  suggested: Mode | undefined;
  /** Addresses of images; the least square of them is the example. */
  samples: readonly string[];
  onChange: (mode: Mode | null) => void;
}

/** How images that are not square come into the square that a network sees. */
export function FitChoice({ value, suggested, samples, onChange }: FitChoiceProps) {
  const example = useOddest(samples);
  const automatic = suggested ? `Here: ${MODES[suggested].label.toLowerCase()}.` : "By the shapes of the pictures.";
  return (
    <Choice
      label="Pictures that are not square are"
      value={value ?? "auto"}
      onChange={(mode) => onChange(mode === "auto" ? null : mode)}
      listClassName="grid-cols-2 md:grid-cols-4"
      options={[
        { value: "auto" as const, label: "Automatic", hint: automatic, figure: sketch(example, suggested) },
        ...MODE_NAMES.map((mode) => ({
          value: mode,
          label: MODES[mode].label,
          hint: MODES[mode].hint,
          figure: sketch(example, mode),
        })),
      ]}
    />
  );
}

function sketch(example: string | null, mode: Mode | undefined) {
  return (
    <span className="mb-2 block size-16 overflow-hidden rounded-sm border bg-black">
      {example && mode && (
        // biome-ignore lint/performance/noImgElement: a static export has no image service
        <img src={example} alt="" className={cn("size-full", MODES[mode].fit)} />
      )}
    </span>
  );
}
