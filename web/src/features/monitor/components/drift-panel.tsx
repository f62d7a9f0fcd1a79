"use client";
import { CircleCheck, Images, TriangleAlert } from "lucide-react";
import { useDrift } from "@/api/monitoring";
import type { Drift, DriftMeasure } from "@/api/types";
import { PairChart } from "@/components/charts/lazy";
import { Panel } from "@/components/layout/panel";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { Cell, Table } from "@/components/ui/table";
import { formatCount, formatPercent, plural } from "@/lib/format";
import { WINDOW_WORDS, type WindowName } from "../answers";
import { classesAnswer, confidenceAnswer, findings, limitOf, MEASURE_WORDS, measureValue, rangeOf } from "../drift";

/** As many classes as have room; the table has all. */
const MOST_CLASSES = 12;
const NAMES = ["in its test", "seen now"] as const;
/** With fewer, chance alone makes an index of ten classes twice what counts as stable. */
const FEW_TEST_PICTURES = 200;

/** Whether the pictures of a window are like those that the version in service was tested on. */
export function DriftPanel({ window }: { window: WindowName }) {
  const query = useDrift(window);
  return (
    <Panel title="Are the pictures still the same?" description={query.data && comparedWith(query.data, window)}>
      <QueryStates query={query} skeleton="h-56" errorTitle="Whether the pictures changed could not be found out">
        {(drift) => (
          <div data-testid="drift" data-verdict={drift.verdict}>
            {drift.reference === null ? <Untold drift={drift} /> : <Told drift={drift} window={window} />}
          </div>
        )}
      </QueryStates>
    </Panel>
  );
}

const comparedWith = ({ reference, model_version: version, predictions }: Drift, window: WindowName) =>
  reference &&
  `${plural(predictions, "answer")} of version ${version} ${WINDOW_WORDS[window]}, against its ${plural(reference.test_pictures, "test picture")}`;

function Untold({ drift: { model_version: version, reason } }: { drift: Drift }) {
  return (
    <EmptyState
      icon={Images}
      title="Nothing to compare with yet"
      action={version === null && <ButtonLink href="/train/">Train a version</ButtonLink>}
      className="py-6"
    >
      {reason}
    </EmptyState>
  );
}

function Told({ drift, window }: { drift: Drift; window: WindowName }) {
  return (
    <div className="grid gap-6">
      <Verdict drift={drift} window={window} />
      {drift.verdict !== "not_enough" && (
        <>
          <div className="grid gap-6 lg:grid-cols-2">
            <PairChart
              topic="Classes"
              title={classesAnswer(drift)}
              xLabel="class"
              names={NAMES}
              rows={drift.classes.map(({ label, expected, seen }) => ({ label, pair: [expected, seen] }))}
              most={MOST_CLASSES}
            />
            <PairChart
              topic="Confidence"
              title={confidenceAnswer(drift)}
              xLabel="confidence, in %"
              names={NAMES}
              rows={drift.confidences.map((range) => ({ label: rangeOf(range), pair: [range.expected, range.seen] }))}
            />
          </div>
          <Measures measures={drift.measures} />
        </>
      )}
    </div>
  );
}

function Verdict({ drift, window }: { drift: Drift; window: WindowName }) {
  const { verdict, predictions, missing, model_version: version, reference } = drift;
  const few = reference && reference.test_pictures < FEW_TEST_PICTURES && reference.test_pictures;
  if (verdict === "not_enough")
    return (
      <div className="grid max-w-xl gap-2 text-sm">
        <p>
          {formatCount(predictions)} {predictions === 1 ? "picture was" : "pictures were"} asked about{" "}
          {WINDOW_WORDS[window]}; {plural(missing, "more is", "more are")} needed to tell. A longer time may have them.
        </p>
        <Progress label="Predictions needed" value={predictions / (predictions + missing)} />
      </div>
    );
  if (verdict === "steady")
    return (
      <div className="grid gap-1 text-sm">
        <p className="flex gap-2">
          <CircleCheck className="mt-0.5 size-4 shrink-0 text-positive" aria-hidden="true" />
          Yes: they look like those that version {version} was tested on.
          {few && ` ${plural(few, "test picture")} can show only great changes.`}
        </p>
        <Accuracy drift={drift} />
      </div>
    );
  return (
    <div className="grid gap-2 text-sm">
      <p className="flex gap-2 font-medium">
        <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warning" aria-hidden="true" />
        No, they have changed since version {version} was tested.
      </p>
      <ul className="list-disc space-y-1 pl-10">
        {findings(drift).map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
      <Accuracy drift={drift} />
      <p className="text-muted-foreground">
        Import some of the new pictures with their classes and train again: then they are no longer new.
      </p>
    </div>
  );
}

function Accuracy({ drift: { expected_accuracy: now, reference, verdict } }: { drift: Drift }) {
  if (now === null || reference === null) return null;
  return (
    <p className="text-muted-foreground">
      By its confidences about {formatPercent(now)} of the answers are right{verdict === "changed" && ", or fewer"}; in
      its test it was {formatPercent(reference.accuracy)}.
    </p>
  );
}

const VERDICTS = {
  steady: <Badge>steady</Badge>,
  changed: <Badge tone="warning">changed</Badge>,
  not_enough: <Badge>not enough yet</Badge>,
} as const;

function Measures({ measures }: { measures: readonly DriftMeasure[] }) {
  return (
    <Table label="Measures" head={["Measure", "Verdict", "Now", "In its test", "Changed if"]} className="[&_td]:py-1.5">
      <tbody>
        {measures.map((measure) => (
          <tr key={measure.name}>
            <Cell>{MEASURE_WORDS[measure.name]}</Cell>
            <Cell>{VERDICTS[measure.verdict]}</Cell>
            <Cell>{measureValue(measure.name, measure.value)}</Cell>
            <Cell>{measureValue(measure.name, measure.expected)}</Cell>
            <Cell className="whitespace-nowrap">{limitOf(measure)}</Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
