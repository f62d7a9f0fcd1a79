import type { Prediction } from "@/api/types";
import { formatPercent } from "@/lib/format";

interface ScoreBarsProps {
  scores: Prediction["predictions"];
  color: (label: string) => string;
}

/** The likeliest classes, best first, each with its probability as a bar. */
export function ScoreBars({ scores, color }: ScoreBarsProps) {
  return (
    <ol className="grid gap-1.5 text-xs" aria-label="Likeliest classes">
      {scores.map(({ label, score }) => (
        <li key={label} className="grid grid-cols-[minmax(0,1fr)_3.25rem] gap-x-3">
          <span className="truncate" title={label}>
            {label}
          </span>
          <span className="text-right text-muted-foreground">{formatPercent(score)}</span>
          <span aria-hidden="true" className="col-span-2 mt-0.5 h-1 overflow-hidden rounded-full bg-muted">
            <span
              className="block h-full rounded-full"
              style={{ width: `${score * 100}%`, minWidth: score > 0 ? 2 : 0, background: color(label) }}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}
