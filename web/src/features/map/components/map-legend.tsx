import { ClassLabel } from "@/components/layout/class-label";
import { formatCount } from "@/lib/format";

interface MapLegendProps {
  names: readonly string[];
  colors: readonly string[];
  counts: readonly number[];
  /** The chosen classes; none stands for all. */
  chosen: ReadonlySet<number>;
  onChoose: (chosen: ReadonlySet<number>) => void;
}

/** The classes with their colours; a click shows one alone, more clicks add others. */
export function MapLegend({ names, colors, counts, chosen, onChoose }: MapLegendProps) {
  const toggle = (one: number) => {
    const next = new Set(chosen);
    if (!next.delete(one)) next.add(one);
    onChoose(next);
  };
  return (
    <ul
      aria-label="Classes on the map"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area has to be reachable by keyboard
      tabIndex={0}
      className="flex max-h-28 min-w-0 flex-1 flex-wrap gap-1.5 overflow-y-auto"
    >
      {names.map((name, one) =>
        counts[one] ? (
          <li key={name} className="min-w-0">
            <button
              type="button"
              aria-pressed={chosen.has(one)}
              className="flex max-w-full items-center gap-2 rounded-full border px-3 py-1 text-[0.8125rem] hover:bg-muted aria-pressed:border-accent aria-pressed:bg-accent-soft"
              onClick={() => toggle(one)}
            >
              <ClassLabel label={name} color={colors[one] ?? ""} />
              <span className="text-xs text-muted-foreground">{formatCount(counts[one])}</span>
            </button>
          </li>
        ) : null,
      )}
    </ul>
  );
}
