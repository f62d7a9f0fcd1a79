import type { ImageDetail } from "@/api/types";
import { NOT_MEASURED } from "@/lib/format";
import { ISSUE_KINDS, KIND_ORDER } from "../issue-kinds";

/** How good an image is by each measure, as small bars. */
export function ImageScores({ scores }: { scores: ImageDetail["scores"] }) {
  return (
    <section aria-label="Scores">
      <h3 className="mb-2 text-sm font-medium">
        Scores <span className="font-normal text-muted-foreground">from 0 to 1, lower is worse</span>
      </h3>
      <ul className="grid gap-x-8 gap-y-1.5 text-xs sm:grid-cols-2">
        {KIND_ORDER.filter((kind) => scores[kind] !== undefined).map((kind) => {
          const score = scores[kind] ?? null;
          return (
            <li key={kind} className="grid grid-cols-[6rem_1fr_auto] items-center gap-3">
              <span className="text-muted-foreground">{ISSUE_KINDS[kind].title}</span>
              <span aria-hidden="true" className="h-1 overflow-hidden rounded-full bg-muted">
                <span
                  className="block h-full rounded-full bg-muted-foreground"
                  style={{ width: `${(score ?? 0) * 100}%` }}
                />
              </span>
              <span className="text-right">{score === null ? NOT_MEASURED : score.toFixed(2)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
