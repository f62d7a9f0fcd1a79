import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names";

interface TableProps extends ComponentProps<"table"> {
  /** What the table holds, for screen readers. */
  label: string;
  /** The names of the columns, where these are plain words. */
  head?: readonly string[];
}

/** A table that scrolls sideways within itself; the scroll area can be reached by keyboard. */
export function Table({ className, label, head, children, ...props }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area has to be reachable by keyboard
    <div className="relative -mx-1 overflow-auto px-1" tabIndex={0}>
      <table className={cn("w-full border-collapse text-sm", className)} aria-label={label} {...props}>
        {head && (
          <thead>
            <tr>
              {head.map((name) => (
                <HeadCell key={name}>{name}</HeadCell>
              ))}
            </tr>
          </thead>
        )}
        {children}
      </table>
    </div>
  );
}

export function HeadCell({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cn(
        "border-b px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-muted-foreground first:pl-0 last:pr-0",
        className,
      )}
      {...props}
    />
  );
}

export function Cell({ className, ...props }: ComponentProps<"td">) {
  return (
    <td
      className={cn("border-b border-border/70 px-3 py-2.5 first:pl-0 [tr:last-child>&]:border-0 last:pr-0", className)}
      {...props}
    />
  );
}
