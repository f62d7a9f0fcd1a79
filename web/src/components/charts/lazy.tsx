"use client";
/** The charts; their library is large, and no page waits for it. */
import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton";

const loading = () => <Skeleton className="h-64" />;

export const LineChart = dynamic(() => import("./line-chart").then((chart) => chart.LineChart), { loading });
export const HistogramChart = dynamic(() => import("./histogram-chart").then((chart) => chart.HistogramChart), {
  loading,
});
export const PairChart = dynamic(() => import("./pair-chart").then((chart) => chart.PairChart), { loading });
export const SizeChart = dynamic(() => import("./size-chart").then((chart) => chart.SizeChart), { loading });
export const StackChart = dynamic(() => import("./stack-chart").then((chart) => chart.StackChart), { loading });
