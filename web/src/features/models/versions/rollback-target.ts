import type { Promotion } from "@/api/types";

/** The version that going back leads to: each promotion adds a champion to the line, each rollback takes one off. */
export function rollbackTarget(newestFirst: readonly Pick<Promotion, "action" | "to_version">[]): number | null {
  const line: number[] = [];
  for (const { action, to_version } of newestFirst.toReversed()) {
    if (action === "promote") line.push(to_version);
    else line.pop();
  }
  return line.at(-2) ?? null;
}
