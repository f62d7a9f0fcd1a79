import { TriangleAlert } from "lucide-react";
import type { DataInsights } from "@/api/types";
import { FactList } from "@/components/layout/facts";
import { Panel } from "@/components/layout/panel";
import { Link } from "@/components/ui/link";
import { SPLITS } from "@/images/image-words";
import { formatCount } from "@/lib/format";
import { useTrainingOptions } from "../api/training";
import { doubts } from "../readiness";

/** What a training that begins now learns from, and is judged by. */
export function LearnsFrom({ insights }: { insights: DataInsights }) {
  const unequal = useTrainingOptions().data?.unequal_classes;
  const { splits, unlabeled, excluded } = insights;
  const left = unlabeled + excluded;
  return (
    <Panel title="What it learns from">
      <FactList
        facts={[
          {
            term: "Data set",
            value: (
              <Link href="/data/" className="underline underline-offset-4 hover:text-accent">
                version {insights.dataset_version}
              </Link>
            ),
          },
          { term: "Classes", value: formatCount(Object.keys(insights.class_distribution).length) },
          ...SPLITS.map(({ split, label }) => ({ term: `For ${label}`, value: formatCount(splits[split]) })),
          ...(left > 0 ? [{ term: "Excluded or without a class", value: formatCount(left) }] : []),
          ...(unequal === undefined
            ? []
            : [{ term: "Balance", value: unequal ? "unequal: pictures of rare classes weigh more" : "even enough" }]),
        ]}
      />
      {doubts(insights).map((doubt) => (
        <p key={doubt} className="mt-3 flex gap-2 text-sm text-warning">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" /> {doubt}
        </p>
      ))}
    </Panel>
  );
}
