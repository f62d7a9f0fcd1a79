import { classOrder } from "@/lib/class-colors";

/** Classes to choose from for a text: those that begin with it, those that hold it, and a new one of this name. */
export function classChoices(
  counts: Readonly<Record<string, number>>,
  text: string,
): { label: string; isNew: boolean }[] {
  const wanted = text.trim();
  const low = wanted.toLowerCase();
  const holding = classOrder(Object.keys(counts)).filter((label) => label.toLowerCase().includes(low));
  const begins = (label: string) => label.toLowerCase().startsWith(low);
  const ordered = [...holding.filter(begins), ...holding.filter((label) => !begins(label))];
  const choices = ordered.map((label) => ({ label, isNew: false }));
  return wanted && !Object.hasOwn(counts, wanted) ? [...choices, { label: wanted, isNew: true }] : choices;
}
