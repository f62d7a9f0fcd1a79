const TOKENS = 8;
const GOLDEN_ANGLE = 137.508;
/** Between green and teal, where none of the eight is; the next falls between violet and magenta. */
const FIRST_HUE = 180;

/** Class names in the one order that colours follow: natural, so that "2" stands before "10". */
export function classOrder(...sources: Iterable<string>[]): string[] {
  const names = new Set(sources.flatMap((source) => [...source]));
  return [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The colour of a class by its place: the theme's eight first, then another lightness, with hues as far apart as can be. */
export function classColor(order: readonly string[], label: string): string {
  const index = order.indexOf(label);
  if (index < 0) return "var(--muted-foreground)";
  if (index < TOKENS) return `var(--chart-${index + 1})`;
  return `oklch(var(--chart-l) var(--chart-c) ${Math.round((FIRST_HUE + (index - TOKENS) * GOLDEN_ANGLE) % 360)})`;
}
