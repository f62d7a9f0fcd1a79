import type { UseQueryResult } from "@tanstack/react-query";
import { CircleAlert, type LucideIcon, RotateCw } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { ApiError, errorMessage } from "@/api/problems";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/class-names";

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  /** The one action that fills the place. */
  action?: ReactNode;
  className?: string;
}

export function EmptyState({ icon: Icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center gap-3 px-4 py-12 text-center", className)}>
      <Icon className="size-7 text-muted-foreground" strokeWidth={1.5} aria-hidden="true" />
      <h2 className="font-semibold tracking-tight">{title}</h2>
      <p className="max-w-md text-sm text-balance text-muted-foreground">{children}</p>
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

interface ErrorStateProps {
  /** What could not be done, such as "The versions could not be loaded". */
  title: string;
  error: unknown;
  onRetry?: () => void;
}

export function ErrorState({ title, error, onRetry }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-4 py-10 text-center">
      <CircleAlert className="size-7 text-negative" strokeWidth={1.5} aria-hidden="true" />
      <p className="font-semibold tracking-tight">{title}</p>
      <p className="max-w-md text-sm text-balance text-muted-foreground">{errorMessage(error)}</p>
      {onRetry && (
        <Button size="sm" onClick={onRetry}>
          <RotateCw /> Try again
        </Button>
      )}
    </div>
  );
}

export interface QueryStatesProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "isError" | "error"> & { refetch: () => unknown };
  /** The place in its final shape, while it loads; a string is the class of one grey shape. */
  skeleton: ReactElement | string;
  errorTitle: string;
  /** Shown when the server says that there is nothing (404) or that it cannot be (409), with its reason. */
  none?: (reason: string) => ReactNode;
  children: (data: T) => ReactNode;
}

/** Loading, failed or ready. What was shown once stays while it is renewed; an outage never looks like emptiness. */
export function QueryStates<T>({ query, skeleton, errorTitle, none, children }: QueryStatesProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (none && query.error instanceof ApiError && [404, 409].includes(query.error.status))
    return none(query.error.message);
  if (query.isError) return <ErrorState title={errorTitle} error={query.error} onRetry={() => query.refetch()} />;
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      {typeof skeleton === "string" ? <Skeleton className={skeleton} /> : skeleton}
    </div>
  );
}
