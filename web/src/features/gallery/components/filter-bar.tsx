"use client";
import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useInsights } from "@/api/insights";
import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { ORIGIN_NAMES, SPLIT_NAMES } from "@/images/image-words";
import { ISSUE_KINDS, KIND_ORDER } from "@/images/issue-kinds";
import { classOrder } from "@/lib/class-colors";
import { formatCount } from "@/lib/format";
import type { ChangeFilter, ImageFilter } from "../image-filter";

const TYPING_MS = 250;
const UNLABELED = "\0";

interface FilterBarProps {
  filter: ImageFilter;
  onFilter: ChangeFilter;
}

/** Which images are shown; the address holds it. */
export function FilterBar({ filter, onFilter }: FilterBarProps) {
  const insights = useInsights().data;
  const classes = classOrder(Object.keys(insights?.class_distribution ?? {}), filter.label ? [filter.label] : []);
  const issues = KIND_ORDER.map(
    (kind) => [kind, `${ISSUE_KINDS[kind].title} (${formatCount(insights?.issues[kind] ?? 0)})`] as const,
  );
  const others = [
    ["split", "Split", "All splits", Object.entries(SPLIT_NAMES)],
    ["issue", "Issue", "Any quality", issues],
    ["origin", "Origin of the class", "Any origin", Object.entries(ORIGIN_NAMES)],
  ] as const;
  const chooseClass = (value: string) =>
    onFilter(({ label: _, unlabeled: __, ...others }) =>
      value === UNLABELED ? { ...others, unlabeled: true } : { ...others, ...(value && { label: value }) },
    );
  return (
    <search className="mb-4 grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
      <TextFilter text={filter.q ?? ""} onText={(q) => onFilter((current) => ({ ...current, q: q || undefined }))} />
      <Choice
        label="Class"
        value={filter.unlabeled ? UNLABELED : (filter.label ?? "")}
        onChange={chooseClass}
        all="All classes"
        options={[[UNLABELED, "Without a class"], ...classes.map((name) => [name, name] as const)]}
      />
      {others.map(([name, label, all, options]) => (
        <Choice
          key={name}
          label={label}
          value={filter[name] ?? ""}
          onChange={(value) => onFilter((current) => ({ ...current, [name]: value || undefined }))}
          all={all}
          options={options}
        />
      ))}
      <Button
        aria-pressed={filter.excluded ?? false}
        className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
        onClick={() => onFilter((current) => ({ ...current, excluded: current.excluded ? undefined : true }))}
      >
        Excluded
      </Button>
      {Object.values(filter).some(Boolean) && (
        <Button variant="ghost" className="px-2" onClick={() => onFilter(() => ({}))}>
          <X /> Clear
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  all: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}

function Choice({ label, value, all, options, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      className={value ? "border-accent sm:w-36" : "sm:w-36"}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{all}</option>
      {options.map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </Select>
  );
}

/** Asks when the user has stopped typing. */
function TextFilter({ text, onText }: { text: string; onText: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onText]);
  return (
    <div className="relative col-span-2 sm:w-44">
      <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted-foreground" aria-hidden="true" />
      <Input
        type="search"
        aria-label="Part of a name or a class"
        placeholder="Name or class"
        className="pl-9"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}
