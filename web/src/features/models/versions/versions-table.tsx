import type { Model } from "@/api/types";
import { Accuracy } from "@/components/layout/accuracy";
import { RelativeTime } from "@/components/layout/relative-time";
import { Link } from "@/components/ui/link";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { formatPercent } from "@/lib/format";
import { AliasBadges } from "./alias-badges";
import { PromoteButton } from "./promote-button";

const WIDE = "max-sm:hidden";

/** Every version with its numbers on its test images, newest first. */
export function VersionsTable({ models }: { models: readonly Model[] }) {
  const champion = models.find((model) => model.aliases.includes("champion"));
  return (
    <Table label="Versions">
      <thead>
        <tr>
          <HeadCell>Version</HeadCell>
          <HeadCell title="Share of test pictures that are answered right, with its 95% interval">Accuracy</HeadCell>
          <HeadCell className={WIDE} title="Mean of the classes' F1 scores">
            F1 (macro)
          </HeadCell>
          <HeadCell className={WIDE}>Recipe</HeadCell>
          <HeadCell className={WIDE}>Data</HeadCell>
          <HeadCell className={WIDE}>Made</HeadCell>
          <HeadCell>
            <span className="sr-only">Actions</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr key={model.version} data-testid={`version-${model.version}`} className="hover:bg-muted/50">
            <Cell>
              <span className="flex flex-wrap items-center gap-2">
                <Link
                  href={`/models/?version=${model.version}`}
                  className="font-medium whitespace-nowrap underline-offset-4 hover:underline"
                >
                  Version {model.version}
                </Link>
                <AliasBadges aliases={model.aliases} />
              </span>
            </Cell>
            <Cell>
              <Accuracy metrics={model.metrics} />
            </Cell>
            <Cell className={WIDE}>{formatPercent(model.metrics.f1_macro)}</Cell>
            <Cell className={WIDE}>{model.recipe}</Cell>
            <Cell className="whitespace-nowrap max-sm:hidden">version {model.dataset_version}</Cell>
            <Cell className="text-muted-foreground max-sm:hidden">
              <RelativeTime iso={model.created_at} />
            </Cell>
            <Cell className="text-right max-sm:hidden">
              {model !== champion && <PromoteButton model={model} champion={champion} size="sm" />}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
