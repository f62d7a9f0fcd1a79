"use client";
import { GitCompareArrows } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useModels } from "@/api/models";
import type { Model } from "@/api/types";
import { accuracyOf } from "@/components/layout/accuracy";
import { BackLink } from "@/components/layout/back-link";
import { PageHeader } from "@/components/layout/page-header";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { useComparison } from "../api/reports";
import { ComparedImages } from "./compared-images";
import { ComparedMetrics } from "./compared-metrics";
import { compareAddress, mcnemarWords, usualPair } from "./comparison";

/** Two versions on the same test images. The address names them. */
export function CompareView() {
  const params = useSearchParams();
  const query = useModels();
  const [a, b] = [Number(params.get("a")), Number(params.get("b"))];
  return (
    <>
      <BackLink href="/models/">Models</BackLink>
      <PageHeader title="Compare two versions" description="On the test pictures that both have answered" />
      <QueryStates query={query} skeleton="h-96" errorTitle="The versions could not be loaded">
        {({ items }) => {
          const pair = a > 0 && b > 0 ? ([a, b] as const) : usualPair(items);
          return pair === null ? <TooFew /> : <Pair models={items} a={pair[0]} b={pair[1]} />;
        }}
      </QueryStates>
    </>
  );
}

function TooFew() {
  return (
    <Panel>
      <EmptyState
        icon={GitCompareArrows}
        title="There are not two versions yet"
        action={
          <ButtonLink href="/train/" variant="primary">
            Train another version
          </ButtonLink>
        }
      >
        Each training gives a version; two of them can be compared picture by picture.
      </EmptyState>
    </Panel>
  );
}

interface PairProps {
  models: readonly Model[];
  a: number;
  b: number;
}

function Pair({ models, a, b }: PairProps) {
  const router = useRouter();
  const show = (first: number, second: number) => router.replace(compareAddress(first, second), { scroll: false });
  const optionsBeside = (other: number) =>
    models.map(({ version, aliases, recipe, metrics }) => (
      <option key={version} value={version} disabled={version === other}>
        Version {version}: {recipe}, {accuracyOf(metrics)}
        {aliases.includes("champion") && ", in service"}
      </option>
    ));
  return (
    <div className="grid gap-4">
      <div className="grid gap-2 sm:grid-cols-2">
        <Select aria-label="First version" value={a} onChange={(event) => show(Number(event.target.value), b)}>
          {optionsBeside(b)}
        </Select>
        <Select aria-label="Second version" value={b} onChange={(event) => show(a, Number(event.target.value))}>
          {optionsBeside(a)}
        </Select>
      </div>
      <Compared key={`${a}-${b}`} a={a} b={b} />
    </div>
  );
}

function Compared({ a, b }: { a: number; b: number }) {
  return (
    <QueryStates
      query={useComparison(a, b)}
      skeleton="h-96 rounded-xl"
      errorTitle="The comparison could not be made"
      none={(reason) => (
        <Panel>
          <EmptyState icon={GitCompareArrows} title="These two cannot be compared">
            {reason}
          </EmptyState>
        </Panel>
      )}
    >
      {(comparison) => (
        <>
          <Panel title={comparison.mcnemar.verdict} description={mcnemarWords(comparison)}>
            <ComparedMetrics comparison={comparison} />
          </Panel>
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <ComparedImages comparison={comparison} side={0} />
            <ComparedImages comparison={comparison} side={1} />
          </div>
        </>
      )}
    </QueryStates>
  );
}
