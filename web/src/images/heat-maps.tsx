"use client";
import { Switch } from "@/components/ui/switch";
import { useHotkeys } from "@/hooks/use-hotkeys";
import { createStore, useStore } from "@/lib/store";

/** Whether heat maps lie over images, on all pages. */
const heatMaps = createStore(false);

/** Heat maps over images, on and off by `h`; a model that has none offers none. */
export function useHeatMaps(available: boolean) {
  const shown = useStore(heatMaps) && available;
  const show = (next: boolean) => heatMaps.set(() => next);
  useHotkeys(available ? { h: () => show(!shown) } : {});
  return { available, shown, show };
}

/** What in an image spoke for the class that a version took it for. */
export const heatMapAddress = (version: number, imageId: number) => `/api/models/${version}/heat-map/${imageId}`;

/** Where the model looks; not there where a model cannot tell. */
export function HeatMapSwitch({ available, shown, show }: ReturnType<typeof useHeatMaps>) {
  if (!available) return null;
  return (
    <span title="What in a picture spoke for the answer (H)">
      <Switch label="Heat maps" checked={shown} onChange={show} />
    </span>
  );
}
