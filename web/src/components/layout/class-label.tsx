import { cn } from "@/lib/class-names";

interface ClassLabelProps {
  label: string;
  color: string;
  className?: string;
}

/** A class: its colour and its name, the same on every page. */
export function ClassLabel({ label, color, className }: ClassLabelProps) {
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-2", className)}>
      <span aria-hidden="true" className="size-2.5 shrink-0 rounded-full" style={{ background: color }} />
      <span className="truncate" title={label}>
        {label}
      </span>
    </span>
  );
}
