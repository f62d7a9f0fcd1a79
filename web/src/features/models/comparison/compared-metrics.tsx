import { Check } from "lucide-react";
import type { ModelComparison } from "@/api/types";
import { Link } from "@/components/ui/link";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { betterOf, metricName, metricValue } from "./comparison";

/** Metric by metric, the better one marked. */
export function ComparedMetrics({ comparison }: { comparison: ModelComparison }) {
  return (
    <Table label="Metrics of both versions">
      <thead>
        <tr>
          <HeadCell>On the same pictures</HeadCell>
          {comparison.versions.map((version) => (
            <HeadCell key={version} className="text-right">
              <Link href={`/models/?version=${version}`} className="underline-offset-4 hover:underline">
                Version {version}
              </Link>
            </HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {comparison.metrics.map((metric) => {
          const better = betterOf(metric);
          return (
            <tr key={metric.name}>
              <Cell title={metric.higher_is_better ? "Higher is better" : "Lower is better"}>
                {metricName(metric.name)}
              </Cell>
              {metric.values.map((value, side) => (
                <Cell
                  key={comparison.versions[side]}
                  className={side === better ? "text-right font-semibold text-positive" : "text-right"}
                >
                  {side === better && <Check className="mr-1 inline size-3.5" aria-label="better" />}
                  {metricValue(metric.name, value)}
                </Cell>
              ))}
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
