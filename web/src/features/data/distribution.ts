import { classOrder } from "@/lib/class-colors";
import { formatPercent, plural } from "@/lib/format";

const BALANCED = 1.5;
const MOST = 0.8;

function bySize(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort((a, b) => b[1] - a[1]);
}

function isBalanced(counts: Readonly<Record<string, number>>): boolean {
  const values = Object.values(counts);
  return Math.max(...values) <= BALANCED * Math.max(1, Math.min(...values));
}

/** Classes in the order to draw: their own order when they are of a size, the largest first when they are not. */
export function drawingOrder(counts: Readonly<Record<string, number>>): string[] {
  return isBalanced(counts) ? classOrder(Object.keys(counts)) : bySize(counts).map(([label]) => label);
}

/** The answer to "how are the images spread over the classes?". */
export function distributionAnswer(counts: Readonly<Record<string, number>>): string {
  const sorted = bySize(counts);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (!first || !last || total === 0) return "No picture has a class yet";
  if (sorted.length === 1) return `All pictures are of one class, ${first[0]}`;
  if (isBalanced(counts)) return `The ${sorted.length} classes are of about the same size`;
  let sum = 0;
  const holding = sorted.findIndex(([, count]) => {
    sum += count;
    return sum >= MOST * total;
  });
  if (holding + 1 <= sorted.length / 2)
    return `${plural(holding + 1, "class holds", "classes hold")} ${formatPercent(sum / total)} of the pictures`;
  const times = last[1] === 0 ? null : first[1] / last[1];
  return times === null
    ? `${last[0]} has no pictures`
    : `${first[0]} has ${times >= 10 ? Math.round(times) : times.toFixed(1)} times as many pictures as ${last[0]}`;
}
