import type { ImageItem, IssueItem } from "@/api/types";

export interface Group {
  id: number;
  images: readonly ImageItem[];
}

/** Images that are near-duplicates of each other; the last group is left out while more of it may follow. */
export function groupsOf(items: readonly IssueItem[], more: boolean): Group[] {
  const groups = new Map<number, ImageItem[]>();
  for (const { issue, image } of items) {
    const id = issue.group_id ?? -image.id;
    groups.set(id, [...(groups.get(id) ?? []), image]);
  }
  const all = [...groups].map(([id, images]) => ({ id, images }));
  return more ? all.slice(0, -1) : all;
}

/** The one to keep unless the user says otherwise: with a class, the most pixels, the largest file, the earliest. */
export function bestOf(images: readonly ImageItem[]): ImageItem | undefined {
  const rank = (image: ImageItem) => [image.label ? 1 : 0, image.width * image.height, image.size_bytes, -image.id];
  return [...images].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
  })[0];
}
