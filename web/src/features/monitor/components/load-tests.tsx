"use client";
import { useQuery } from "@tanstack/react-query";
import { FileText, Gauge, Play } from "lucide-react";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { isRemote } from "@/api/remote";
import type { LoadTest } from "@/api/types";
import { LineChart } from "@/components/charts/lazy";
import { FollowedJob, useStartJob } from "@/components/jobs/followed-job";
import type { Figures } from "@/components/jobs/training-curves";
import { Panel } from "@/components/layout/panel";
import { RelativeTime } from "@/components/layout/relative-time";
import { EmptyState, QueryStates } from "@/components/layout/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { Input } from "@/components/ui/field";
import { Cell, Table } from "@/components/ui/table";
import { formatCount, formatDuration, formatMilliseconds, formatRate, plural } from "@/lib/format";

const SCENARIOS = [
  { value: "classic", label: "Predict and look" },
  { value: "predict", label: "Predict without a pause" },
  { value: "all", label: "All that the page asks" },
] as const;
const SCENARIO_NAMES = Object.fromEntries(SCENARIOS.map(({ value, label }) => [value, label]));
const DURATIONS = [
  { value: "15", label: "15 s" },
  { value: "60", label: "1 min" },
  { value: "300", label: "5 min" },
] as const;
/** Users that come in a second. */
const SPAWN_RATE = 5;

/** How the server does when many ask at once: begun here, shown live, and kept. */
export function LoadTests() {
  return (
    <Panel
      title="Load tests"
      description="Many users at once, played by Locust on this machine; what they ask is counted above too."
    >
      <div className="grid gap-5">
        <StartForm />
        <FollowedJob kind="loadtest" chart={(figures) => <LoadChart points={figures} />} />
        <KeptTests />
      </div>
    </Panel>
  );
}

function StartForm() {
  const [scenario, setScenario] = useState<LoadTest["scenario"]>("classic");
  const [users, setUsers] = useState("20");
  const [duration, setDuration] = useState<(typeof DURATIONS)[number]["value"]>("60");
  const [url, setUrl] = useState("");
  const start = useStartJob(
    "loadtest",
    () =>
      unwrap(
        client.POST("/api/loadtests", {
          body: {
            scenario,
            users: Number(users),
            spawn_rate: SPAWN_RATE,
            duration_s: Number(duration),
            url: url.trim() || null,
          },
        }),
      ),
    "The load test could not be started",
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <form className="flex flex-wrap items-center gap-3" onSubmit={submit}>
      <Segmented label="What they do" value={scenario} options={SCENARIOS} onChange={setScenario} />
      <label htmlFor="load-users" className="flex items-center gap-2 text-sm">
        <Input
          id="load-users"
          type="number"
          className="w-20"
          required
          min={1}
          max={1000}
          value={users}
          onChange={(event) => setUsers(event.target.value)}
        />
        users
      </label>
      <Segmented label="How long" value={duration} options={DURATIONS} onChange={setDuration} />
      <Input
        aria-label="Server on this machine; this one if empty"
        placeholder="of this server"
        title="Or the address of another one on this machine, such as http://127.0.0.1:8001"
        className="w-44"
        maxLength={300}
        value={url}
        onChange={(event) => setUrl(event.target.value)}
      />
      <Button type="submit" variant="primary" disabled={start.isPending}>
        <Play /> Start
      </Button>
    </form>
  );
}

function LoadChart({ points }: { points: readonly Figures[] }) {
  const rows = points.flatMap(({ at_s: x, ...figures }) => (x === undefined ? [] : [{ x, ...figures }]));
  const last = points.at(-1);
  if (rows.length === 0 || !last) return null;
  return (
    <LineChart
      title={`${formatRate(last.requests_per_second ?? 0)} requests a second by ${formatCount(last.users ?? 0)} users`}
      xLabel="seconds"
      rows={rows}
      series={[
        { key: "p50_ms", label: "p50", color: "var(--chart-3)" },
        { key: "p95_ms", label: "p95, in ms", color: "var(--accent)" },
      ]}
      format={formatMilliseconds}
      formatX={(seconds) => String(Math.round(seconds))}
      free="from zero"
      gaps
    />
  );
}

const HEAD = ["When", "Users", "Requests", "Failed", "A second", "p50", "p95", "p99", "Version", "Report"];

function KeptTests() {
  const query = useQuery({
    queryKey: ["loadtests"],
    queryFn: () => unwrap(client.GET("/api/loadtests", { params: { query: { limit: 10 } } })),
  });
  return (
    <QueryStates query={query} skeleton="h-32" errorTitle="The load tests could not be listed">
      {({ items }) => {
        const done = items.filter(({ result }) => result !== null);
        if (done.length === 0)
          return (
            <EmptyState icon={Gauge} title="None yet" className="py-6">
              Each load test is kept here, with what it measured, on which machine, and Locust's own report.
            </EmptyState>
          );
        return (
          <Table label="Load tests" head={HEAD} data-testid="loadtests">
            <tbody>
              {done.map((test) => (
                <Row key={test.id} test={test} />
              ))}
            </tbody>
          </Table>
        );
      }}
    </QueryStates>
  );
}

function Row({ test: { created_at, scenario, users, duration_s, result, report } }: { test: LoadTest }) {
  if (!result) return null;
  const { total, machine, model_version, url } = result;
  return (
    <tr>
      <Cell className="min-w-56">
        <RelativeTime iso={created_at} />
        <span className="block text-xs text-muted-foreground">
          {SCENARIO_NAMES[scenario]}, {formatDuration(duration_s)}, at {new URL(url).host}
        </span>
        <span className="block text-xs text-muted-foreground">
          {machine.cpu}, {plural(machine.cores, "core")}; Tellapart {result.tellapart_version}
        </span>
      </Cell>
      <Cell>{formatCount(users)}</Cell>
      <Cell>{formatCount(total.requests)}</Cell>
      <Cell className={total.failures > 0 ? "text-negative" : undefined}>{formatCount(total.failures)}</Cell>
      <Cell>{formatRate(total.requests_per_second)}</Cell>
      {[total.p50_ms, total.p95_ms, total.p99_ms].map((value, at) => (
        <Cell key={HEAD[5 + at]} className="whitespace-nowrap">
          {formatMilliseconds(value)}
        </Cell>
      ))}
      <Cell>{model_version}</Cell>
      <Cell>
        {report && (
          <ButtonLink href={report} size="sm" variant="ghost" target="_blank" rel="noreferrer">
            {/* The report has scripts, which may not run as a page of this origin. */}
            <FileText /> {isRemote() ? "Download" : "Open"}
          </ButtonLink>
        )}
      </Cell>
    </tr>
  );
}
