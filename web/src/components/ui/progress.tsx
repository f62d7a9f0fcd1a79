import { Progress as Primitive } from "radix-ui";
import { cn } from "@/lib/class-names";

interface ProgressProps {
  label: string;
  /** Share done in 0 to 1; null while it is unknown. */
  value: number | null;
  className?: string;
}

export function Progress({ label, value, className }: ProgressProps) {
  const percent = value === null ? null : Math.round(value * 100);
  return (
    <Primitive.Root
      aria-label={label}
      value={percent}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-border", className)}
    >
      <Primitive.Indicator
        className={cn(
          "h-full rounded-full bg-accent transition-[width] duration-300",
          percent === null && "animate-slide",
        )}
        style={{ width: percent === null ? "35%" : `${percent}%` }}
      />
    </Primitive.Root>
  );
}
