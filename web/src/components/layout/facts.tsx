import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { NOT_MEASURED } from "@/lib/format";

interface Fact {
  term: string;
  value: ReactNode;
  note?: ReactNode;
}

/** Large figures in a row, parted by hairlines. */
export function Figures({ facts, className }: { facts: readonly Fact[]; className?: string }) {
  return (
    <dl className={cn("grid grid-cols-2 gap-px overflow-hidden rounded-xl border bg-border sm:grid-cols-4", className)}>
      {facts.map((fact) => (
        <div key={fact.term} className="bg-surface px-5 py-4">
          <dt className="text-xs text-muted-foreground">{fact.term}</dt>
          <dd
            className={cn(
              "mt-1",
              fact.value === NOT_MEASURED ? "text-sm text-muted-foreground" : "text-2xl font-semibold tracking-tight",
            )}
          >
            {fact.value}
          </dd>
          {fact.note && <dd className="mt-0.5 text-xs text-muted-foreground">{fact.note}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Names and values in two columns. */
export function FactList({ facts, className }: { facts: readonly Fact[]; className?: string }) {
  return (
    <dl className={cn("text-sm", className)}>
      {facts.map((fact) => (
        <div key={fact.term} className="flex justify-between gap-4 border-b border-border/70 py-2 last:border-0">
          <dt className="text-muted-foreground">{fact.term}</dt>
          <dd className="min-w-0 text-right break-words">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
