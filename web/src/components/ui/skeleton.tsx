import { cn } from "@/lib/class-names";

/** A grey shape where content will stand; silent for screen readers. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cn("animate-pulse rounded-md bg-muted", className)} />;
}

/** Cards of a list that will stand here. */
export function CardsSkeleton() {
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      {["a", "b", "c", "d", "e", "f"].map((name) => (
        <Skeleton key={name} className="h-48" />
      ))}
    </div>
  );
}
