"use client";
import { LineChart } from "@/components/charts/lazy";
import { type Figures, trainingCurves } from "./training-curves";

/** Accuracy and loss by epoch, side by side where there is room; nothing while nothing was measured. */
export function TrainingCharts({ figures }: { figures: readonly Figures[] }) {
  const curves = trainingCurves(figures);
  if (curves.length === 0) return null;
  return (
    <div className="@container">
      <div className="grid gap-6 @2xl:grid-cols-[repeat(auto-fit,minmax(20rem,1fr))]" data-testid="training-charts">
        {curves.map((curve) => (
          <LineChart key={curve.xLabel + curve.series[0]?.key} {...curve} />
        ))}
      </div>
    </div>
  );
}
