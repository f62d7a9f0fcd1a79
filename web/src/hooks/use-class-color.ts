"use client";
import { useMemo } from "react";
import { useInsights } from "@/api/insights";
import { classColor, classOrder } from "@/lib/class-colors";

/** The colour of a class, which follows its place among the classes of the data set; `others` are added to those. */
export function useClassColor(others: readonly string[] = []): (label: string) => string {
  const distribution = useInsights().data?.class_distribution;
  const key = others.join("\n");
  return useMemo(() => {
    const order = classOrder(Object.keys(distribution ?? {}), key ? key.split("\n") : []);
    return (label: string) => classColor(order, label);
  }, [distribution, key]);
}
