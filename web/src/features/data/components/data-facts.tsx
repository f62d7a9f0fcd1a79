import type { DataInsights } from "@/api/types";
import { FactList } from "@/components/layout/facts";
import { SPLITS } from "@/images/image-words";
import { formatCount, formatPercent, formatSizes, NOT_MEASURED } from "@/lib/format";

/** Splits, sizes and formats. */
export function DataFacts({ insights }: { insights: DataInsights }) {
  const { splits, image_dimensions: size, formats } = insights;
  const labelled = splits.train + splits.validation + splits.test;
  const { min_width, max_width, min_height, max_height, avg_width, avg_height } = size;
  const known = min_width !== null && max_width !== null && min_height !== null && max_height !== null;
  return (
    <FactList
      facts={[
        ...SPLITS.map(({ split, label }) => ({
          term: `For ${label}`,
          value: (
            <>
              {formatCount(splits[split])}{" "}
              {labelled > 0 && <span className="text-muted-foreground">{formatPercent(splits[split] / labelled)}</span>}
            </>
          ),
        })),
        {
          term: "Sizes",
          value: known ? formatSizes(min_width, max_width, min_height, max_height) : NOT_MEASURED,
        },
        {
          term: "On average",
          value:
            avg_width !== null && avg_height !== null
              ? `${formatCount(avg_width)} × ${formatCount(avg_height)} px`
              : NOT_MEASURED,
        },
        ...Object.entries(formats).map(([format, count]) => ({ term: format, value: formatCount(count) })),
      ]}
    />
  );
}
