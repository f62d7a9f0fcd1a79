/** What is selected in the gallery, where the focus ring is, and where a range begins (positions in the gallery). */
export interface Selection {
  ids: ReadonlySet<number>;
  focus: number;
  anchor: number;
}

export const NOTHING: Selection = { ids: new Set(), focus: 0, anchor: 0 };

/** The focus moves, and the selection stays. */
export function focusOn(selection: Selection, index: number): Selection {
  return { ...selection, focus: index, anchor: index };
}

export function selectOnly(images: readonly number[], index: number): Selection {
  return { ids: new Set(images.slice(index, index + 1)), focus: index, anchor: index };
}

export function toggleAt(selection: Selection, images: readonly number[], index: number): Selection {
  const ids = new Set(selection.ids);
  const id = images[index];
  if (id !== undefined && !ids.delete(id)) ids.add(id);
  return { ids, focus: index, anchor: index };
}

/** From the anchor to here; with `add`, what was selected before stays. */
export function extendTo(selection: Selection, images: readonly number[], index: number, add = false): Selection {
  const { anchor } = selection;
  const range = images.slice(Math.min(anchor, index), Math.max(anchor, index) + 1);
  return { ids: new Set(add ? [...selection.ids, ...range] : range), focus: index, anchor };
}

export function selectAll(selection: Selection, images: readonly number[]): Selection {
  return { ...selection, ids: new Set(images) };
}

/** What of a selection is left when other images are shown. */
export function within(selection: Selection, shown: { has: (id: number) => boolean; size: number }): Selection {
  const ids = [...selection.ids].filter((id) => shown.has(id));
  const last = Math.max(0, shown.size - 1);
  const [focus, anchor] = [Math.min(selection.focus, last), Math.min(selection.anchor, last)];
  if (ids.length === selection.ids.size && focus === selection.focus && anchor === selection.anchor) return selection;
  return { ids: new Set(ids), focus, anchor };
}
