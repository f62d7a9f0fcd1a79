import type { IssueKind } from "@/api/types";

interface KindWords {
  title: string;
  /** What is looked for, as the end of "This looks for …". */
  looksFor: string;
  /** How its images are looked through. */
  view: "groups" | "labels" | "grid";
  /** Found by the check of the whole data set; the others are found as images come in. */
  byCheck?: true;
}

/** What can be wrong with an image, in the order in which it is best looked at. */
export const ISSUE_KINDS: Readonly<Record<IssueKind, KindWords>> = {
  leak: {
    title: "Leaks",
    looksFor: "near-duplicates in different splits, which make a version look better than it is",
    view: "groups",
  },
  near_duplicate: {
    title: "Near-duplicates",
    looksFor: "the same picture in another size, format or light",
    view: "groups",
  },
  label: {
    title: "Label suspects",
    looksFor: "pictures that look like another class than the one they were given",
    view: "labels",
    byCheck: true,
  },
  label_conflict: {
    title: "Conflicts",
    looksFor: "the same picture that came in under two classes",
    view: "labels",
  },
  outlier: {
    title: "Outliers",
    looksFor: "pictures that are unlike all others",
    view: "grid",
    byCheck: true,
  },
  blurry: { title: "Blurry", looksFor: "pictures without sharp edges", view: "grid" },
  dark: { title: "Dark", looksFor: "pictures with hardly any light", view: "grid" },
  bright: { title: "Bright", looksFor: "overexposed pictures", view: "grid" },
  low_information: { title: "Little to see", looksFor: "pictures that are nearly of one colour", view: "grid" },
  odd_aspect: { title: "Odd shape", looksFor: "pictures that are very long or very tall", view: "grid" },
  odd_size: {
    title: "Odd size",
    looksFor: "pictures much larger or smaller than the others",
    view: "grid",
    byCheck: true,
  },
};

export const KIND_ORDER = Object.keys(ISSUE_KINDS) as readonly IssueKind[];

export function isIssueKind(value: string | null): value is IssueKind {
  return value !== null && value in ISSUE_KINDS;
}

/** How many issues are open, of all kinds. */
export function openIssues(counts: Readonly<Record<string, number>>): number {
  return KIND_ORDER.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}

export const issueAddress = (kind: IssueKind) => `/data/issues/?kind=${kind}`;
export const imageAddress = (id: number) => `/data/pictures/?image=${id}`;
