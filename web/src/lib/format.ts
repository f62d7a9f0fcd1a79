/** How figures are written, everywhere. */

export const NOT_MEASURED = "not measured yet";
const NARROW_SPACE = "\u202f";

/** 1797 → "1 797", with a narrow space that does not break. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
}

/** "1 picture", "24 pictures". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** A share in 0 to 1 as "98.7%"; never rounds up to a perfect score or down to nothing. */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return NOT_MEASURED;
  if (share === 0 || share === 1) return `${share * 100}%`;
  const rounded = (share * 100).toFixed(1);
  if (rounded === "100.0") return ">99.9%";
  if (rounded === "0.0") return "<0.1%";
  return `${rounded}%`;
}

/** Both ends of an interval: "98.1–99.2%". */
export function formatInterval(low: number, high: number): string {
  const end = (share: number) => (share * 100).toFixed(1).replace(/^100\.0$/, "100");
  return `${end(low)}–${end(high)}%`;
}

/** A plain number with three digits after the point. */
export function formatMetric(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? NOT_MEASURED : value.toFixed(3);
}

/** "6.4 ms", "12 ms", "2.3 s". */
export function formatMilliseconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} ms`;
  if (value < 1000) return `${Math.round(value)} ms`;
  return `${(value / 1000).toFixed(1)} s`;
}

/** How many a second: "0.04", "3.1", "128". */
export function formatRate(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 100) return formatCount(perSecond);
  return perSecond.toFixed(perSecond < 1 ? 2 : 1);
}

/** "512 B", "1.2 MB". */
export function formatBytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** "8 s", "1 min 20 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
  const minutes = Math.floor((whole % 3600) / 60);
  return `${Math.floor(whole / 3600)} h${minutes ? ` ${minutes} min` : ""}`;
}

/** "just now", "3 hours ago"; the exact time belongs beside it, on hover. */
export function formatRelative(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 45) return "just now";
  const steps: [number, string][] = [
    [60, "minute"],
    [3600, "hour"],
    [86_400, "day"],
    [2_592_000, "month"],
    [31_536_000, "year"],
  ];
  const [size, unit] = steps.findLast(([start]) => seconds >= start * 0.95) ?? [60, "minute"];
  return `${plural(Math.max(1, Math.round(seconds / size)), unit)} ago`;
}

/** The exact time, where the user is: "21 Nov 2026, 18:15:02". */
export function formatExact(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}

/** "8 × 8", "50–1050 × 41–1023", in pixels. */
export function formatSizes(minWidth: number, maxWidth: number, minHeight: number, maxHeight: number): string {
  const range = (low: number, high: number) =>
    low === high ? formatCount(low) : `${formatCount(low)}–${formatCount(high)}`;
  return `${range(minWidth, maxWidth)} × ${range(minHeight, maxHeight)} px`;
}
