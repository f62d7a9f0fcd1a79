"use client";
import { useState } from "react";
import type { DataInsights, Split } from "@/api/types";
import { ChartFrame } from "@/components/charts/chart-frame";
import { ClassLabel } from "@/components/layout/class-label";
import { Button } from "@/components/ui/button";
import { useClassColor } from "@/hooks/use-class-color";
import { SPLITS } from "@/images/image-words";
import { formatCount } from "@/lib/format";
import { distributionAnswer, drawingOrder } from "../distribution";

const FIRST = 20;

/** Images in each class, parted by split. */
export function ClassDistribution({ insights }: { insights: DataInsights }) {
  const [all, setAll] = useState(false);
  const color = useClassColor();
  const counts = insights.class_distribution;
  const order = drawingOrder(counts);
  const most = Math.max(1, ...Object.values(counts));
  const inSplit = (label: string, split: Split) => insights.class_splits[label]?.[split] ?? 0;
  return (
    <ChartFrame
      topic="Classes"
      title={distributionAnswer(counts)}
      header={["class", "pictures", ...SPLITS.map(({ label }) => label)]}
      rows={order.map((label) => [label, counts[label] ?? 0, ...SPLITS.map(({ split }) => inSplit(label, split))])}
    >
      <ul className="mb-3 flex gap-4 text-xs text-muted-foreground">
        {SPLITS.map(({ split, label, opacity }) => (
          <li key={split} className="flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2.5 rounded-[3px] bg-foreground" style={{ opacity }} /> {label}
          </li>
        ))}
      </ul>
      <ul
        className="grid grid-cols-[fit-content(10rem)_1fr_auto] gap-x-3 gap-y-1"
        aria-label="Pictures in each class"
        data-testid="class-distribution"
      >
        {(all ? order : order.slice(0, FIRST)).map((label) => (
          <li
            key={label}
            className="col-span-3 grid grid-cols-subgrid items-center text-sm"
            title={SPLITS.map((one) => `${formatCount(inSplit(label, one.split))} ${one.label}`).join(" · ")}
          >
            <ClassLabel label={label} color={color(label)} />
            <span aria-hidden="true" className="flex h-4 gap-px">
              {SPLITS.map(({ split, opacity }) => (
                <span
                  key={split}
                  className="h-full first:rounded-l-sm last:rounded-r-sm"
                  style={{
                    width: `${(inSplit(label, split) / most) * 100}%`,
                    background: color(label),
                    opacity,
                  }}
                />
              ))}
            </span>
            <span className="text-right">{formatCount(counts[label] ?? 0)}</span>
          </li>
        ))}
      </ul>
      {order.length > FIRST && (
        <Button variant="ghost" size="sm" className="mt-2 -ml-3" onClick={() => setAll(!all)}>
          {all ? `Show the first ${FIRST}` : `Show all ${order.length} classes`}
        </Button>
      )}
    </ChartFrame>
  );
}
