/** How the axes and the tooltips of all charts look. */
export const TICK = { fontSize: 11, fill: "var(--muted-foreground)" } as const;

export const TOOLTIP = {
  background: "var(--surface)",
  border: "1px solid var(--border)",
  borderRadius: 8,
  fontSize: 12,
} as const;

export const axisLabel = (value: string) => ({ value, position: "insideBottom", offset: -10, ...TICK }) as const;

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.25];
const MOST_STEPS = 5;

/** Round shares from below `least` up to 1, for an axis. */
export function shareTicks(least: number): number[] {
  const step = STEPS.find((one) => (1 - least) / one <= MOST_STEPS) ?? 0.25;
  const steps = Math.max(1, Math.ceil((1 - least) / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, at) => 1 - (steps - at) * step);
}
