import type { DataInsights, Histogram } from "@/api/types";
import { formatPercent } from "@/lib/format";

const MOST = 0.8;

/** The shortest run of bins that holds at least four fifths: "83.1% of the pictures are 100 px to 300 px wide". */
export function spanAnswer(
  { edges, counts }: Histogram,
  words: (span: string) => string,
  format: (edge: number) => string,
): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return "Not measured yet";
  let best = { from: 0, to: counts.length, sum: total };
  for (let from = 0; from < counts.length; from += 1) {
    let sum = 0;
    for (let to = from; to < counts.length; to += 1) {
      sum += counts[to] ?? 0;
      if (sum < MOST * total) continue;
      if (to + 1 - from < best.to - best.from) best = { from, to: to + 1, sum };
      break;
    }
  }
  const low = edges[best.from] ?? 0;
  const high = edges[best.to] ?? 0;
  const share = best.sum === total ? "All pictures" : `${formatPercent(best.sum / total)} of the pictures`;
  return `${share} ${words(high - low === 1 ? format(low) : `${format(low)} to ${format(high)}`)}`;
}

/** Which way most images lie. */
export function shapeAnswer(sizes: DataInsights["sizes"]): string {
  const shares = { "wider than tall": 0, "taller than wide": 0, square: 0 };
  for (const { width, height, count } of sizes)
    shares[width > height ? "wider than tall" : width < height ? "taller than wide" : "square"] += count;
  const total = sizes.reduce((sum, { count }) => sum + count, 0);
  const [shape, count] = Object.entries(shares).sort((a, b) => b[1] - a[1])[0] ?? ["", 0];
  if (total === 0) return "Not measured yet";
  return count === total ? `All pictures are ${shape}` : `${formatPercent(count / total)} of the pictures are ${shape}`;
}

/** Classes that are much smaller than the largest, in words; null when there are none. */
export function balanceAnswer(balance: DataInsights["class_balance"]): string | null {
  const small = balance.filter(({ flagged }) => flagged);
  if (small.length === 0) return null;
  const shown = small.slice(0, 5).map(({ label, score }) => `${label} (${formatPercent(score)} of an equal share)`);
  const more = small.length > shown.length ? ` and ${small.length - shown.length} more` : "";
  return `Few pictures: ${shown.join(", ")}${more}. A version is less sure of such classes.`;
}
