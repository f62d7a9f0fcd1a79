import { Switch } from "@/components/ui/switch";
import type { useHeatMaps } from "./use-heat-maps";

/** Where the model looks; not there where a model cannot tell. */
export function HeatMapSwitch({ available, shown, show }: ReturnType<typeof useHeatMaps>) {
  if (!available) return null;
  return (
    <span title="What in a picture spoke for the answer (H)">
      <Switch label="Heat maps" checked={shown} onChange={show} />
    </span>
  );
}
