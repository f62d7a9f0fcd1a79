import type { MonitoringSeries, MonitoringSummary } from "@/api/types";
import { formatMilliseconds, formatPercent, formatRate, NOT_MEASURED, plural } from "@/lib/format";

export const WINDOWS = [
  { value: "15m", label: "15 min" },
  { value: "1h", label: "1 h" },
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
] as const;

export type WindowName = (typeof WINDOWS)[number]["value"];

export const windowOf = (asked: string | null): WindowName =>
  WINDOWS.find(({ value }) => value === asked)?.value ?? "1h";

/** "in the last hour", as the end of a sentence. */
export const WINDOW_WORDS: Readonly<Record<WindowName, string>> = {
  "15m": "in the last 15 minutes",
  "1h": "in the last hour",
  "24h": "in the last 24 hours",
  "7d": "in the last 7 days",
  "30d": "in the last 30 days",
};

/** How the moments of a series are written: by day and hour where it is long. */
export function clockOf(windowSeconds: number): (time: number) => string {
  const options: Intl.DateTimeFormatOptions =
    windowSeconds > 2 * 86_400
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", ...(windowSeconds <= 900 && { second: "2-digit" }) };
  const format = new Intl.DateTimeFormat("en-GB", options);
  return (time) => format.format(time);
}

/** A share of what was answered; null where nothing was. */
const share = (count: number, of: number): number | null => (of === 0 ? null : count / of);

/** The rows of the charts over time; what was not measured in a step is null. */
export function seriesRows({ points }: Pick<MonitoringSeries, "points">) {
  return points.map((point) => ({
    x: Date.parse(point.at),
    requests: point.requests_per_second,
    failed: point.requests === 0 ? 0 : (point.requests_per_second * point.failed) / point.requests,
    p50: point.latency_ms.p50,
    p95: point.latency_ms.p95,
    p99: point.latency_ms.p99,
    confidence: point.mean_confidence,
    unknown: share(point.abstained, point.answered),
    unlike: share(point.unlike_training_data, point.answered),
  }));
}

/** When another version came into service. */
export const promotionMarks = ({ promotions }: Pick<MonitoringSeries, "promotions">) =>
  promotions.map(({ at, to_version }) => ({ x: Date.parse(at), label: `v${to_version}` }));

export function trafficAnswer(
  rows: readonly { requests: number }[],
  { requests, failures }: MonitoringSummary,
): string {
  const most = Math.max(0, ...rows.map((row) => row.requests));
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  return `Up to ${formatRate(most)} a second; ${failed === 0 ? "none failed" : `${plural(failed, "request")} of ${requests} failed`}`;
}

export const latencyAnswer = ({ latency_ms }: Pick<MonitoringSummary, "latency_ms">): string =>
  latency_ms.p95 === null ? "Not measured yet" : `95% were answered within ${formatMilliseconds(latency_ms.p95)}`;

export function sureAnswer({ answered, abstained }: Pick<MonitoringSummary, "answered" | "abstained">): string {
  const unknown = share(abstained, answered);
  if (unknown === null) return "Not measured yet";
  return unknown === 0 ? "It was sure of every picture" : `It did not know ${formatPercent(unknown)} of the pictures`;
}

export function mixAnswer({ class_distribution: mix }: Pick<MonitoringSummary, "class_distribution">): string {
  const total = Object.values(mix).reduce((sum, count) => sum + count, 0);
  const [first] = Object.entries(mix).sort((a, b) => b[1] - a[1]);
  return first ? `${formatPercent(first[1] / total)} of the answers were ${first[0]}` : "Not measured yet";
}

export const milliseconds = (value: number | null) => (value === null ? NOT_MEASURED : formatMilliseconds(value));

const CODES: Readonly<Record<string, string>> = {
  not_an_image: "not a picture",
  truncated_image: "cut off or damaged",
  image_too_large: "too many pixels",
  payload_too_large: "too many bytes",
  unsupported_media_type: "of a type that is not read",
  invalid_request: "not a valid request",
  no_champion: "no model in service",
  overloaded: "too many at once",
  internal_error: "a fault of the server",
};

/** What went wrong, in a few words. */
export const failureWords = (code: string): string => CODES[code] ?? code.replaceAll("_", " ");
