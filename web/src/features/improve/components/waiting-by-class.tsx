"use client";
import type { ReviewQueue } from "@/api/types";
import { ClassLabel } from "@/components/layout/class-label";
import { Button } from "@/components/ui/button";
import { useClassColor } from "@/hooks/use-class-color";
import { AskButton } from "@/images/proposals-panel";
import { formatCount } from "@/lib/format";
import { paceWords } from "../review-words";

interface WaitingByClassProps {
  queue: ReviewQueue;
  /** Whether a model is in service that was not asked about some of them, and is not asked now. */
  canAsk: boolean;
  label: string | null;
  onLabel: (label: string | null) => void;
}

/** What waits, by what it is taken for, to choose from; and how fast it goes. */
export function WaitingByClass({ queue, canAsk, label, onLabel }: WaitingByClassProps) {
  const color = useClassColor();
  const counts = Object.entries(queue.by_label);
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      {counts.length > 0 ? (
        <ul aria-label="Waiting by class" className="flex max-w-full min-w-0 gap-2 overflow-x-auto p-0.5 sm:flex-wrap">
          <li className="shrink-0">
            <Button size="sm" aria-pressed={label === null} className={PRESSED} onClick={() => onLabel(null)}>
              All <span className="text-muted-foreground">{formatCount(queue.waiting)}</span>
            </Button>
          </li>
          {counts.map(([name, count]) => (
            <li key={name} className="max-w-full shrink-0">
              <Button
                size="sm"
                aria-pressed={label === name}
                className={`max-w-full ${PRESSED}`}
                onClick={() => onLabel(label === name ? null : name)}
              >
                <ClassLabel label={name} color={color(name)} />
                <span className="text-muted-foreground">{formatCount(count)}</span>
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-sm text-muted-foreground">Nothing is suggested yet.</p>
      )}
      <div className="flex flex-wrap items-center gap-4 text-sm text-muted-foreground">
        <p data-testid="pace">
          Your pace: <span className="text-foreground tabular-nums">{paceWords(queue)}</span>
        </p>
        {canAsk && <AskButton label="Ask the model about the others" />}
      </div>
    </div>
  );
}

const PRESSED = "aria-pressed:border-accent aria-pressed:bg-accent-soft";
