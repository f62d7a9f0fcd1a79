/** How the axes and the tooltips of all charts look. */
export const TICK = { fontSize: 11, fill: "var(--muted-foreground)" } as const;

export const TOOLTIP = {
  background: "var(--surface)",
  border: "1px solid var(--border)",
  borderRadius: 8,
  fontSize: 12,
} as const;

export const axisLabel = (value: string) => ({ value, position: "insideBottom", offset: -10, ...TICK }) as const;
