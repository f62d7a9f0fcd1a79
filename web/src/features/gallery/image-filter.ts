import type { ImageItem, IssueKind, Split } from "@/api/types";
import { ORIGIN_NAMES, SPLIT_NAMES } from "@/images/image-words";
import { isIssueKind } from "@/images/issue-kinds";

/** Which images; what is left out stays open. The names are those of the API and of the page's address. */
export interface ImageFilter {
  label?: string;
  unlabeled?: true;
  split?: Split;
  issue?: IssueKind;
  origin?: ImageItem["origin"];
  q?: string;
  excluded?: true;
}

/** Takes how a filter is to be changed. */
export type ChangeFilter = (change: (filter: ImageFilter) => ImageFilter) => void;

const NAMES = ["label", "unlabeled", "split", "issue", "origin", "q", "excluded"] as const;

/** The filter in an address; what it does not know is left out. */
export function parseFilter(search: URLSearchParams): ImageFilter {
  const [label, split, issue, origin, q] = ["label", "split", "issue", "origin", "q"].map((name) => search.get(name));
  return {
    ...(label && { label }),
    ...(search.get("unlabeled") === "1" && { unlabeled: true }),
    ...(split && Object.hasOwn(SPLIT_NAMES, split) && { split: split as Split }),
    ...(isIssueKind(issue ?? null) && { issue: issue as IssueKind }),
    ...(origin && Object.hasOwn(ORIGIN_NAMES, origin) && { origin: origin as ImageItem["origin"] }),
    ...(q && { q }),
    ...(search.get("excluded") === "1" && { excluded: true }),
  };
}

/** The address of the gallery with a filter. */
export function filterAddress(filter: ImageFilter): string {
  const search = new URLSearchParams();
  for (const name of NAMES) {
    const value = filter[name];
    if (value) search.set(name, value === true ? "1" : value);
  }
  return search.size > 0 ? `/data/pictures/?${search}` : "/data/pictures/";
}
