import { useState } from "react";
import { Choice } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";

type Grouping = "auto" | "none" | "pattern";

const GROUPINGS: readonly { value: Grouping; label: string; hint: string }[] = [
  {
    value: "auto",
    label: "Automatically",
    hint: "pictures of one scene, patient or recording go to one split where names show it, like track12_frame03",
  },
  { value: "none", label: "None", hint: "names are not looked at; near-duplicates still stay together" },
  { value: "pattern", label: "By a regular expression", hint: "of names in which it finds the same" },
];

interface GroupChoiceProps {
  /** `auto`, `none` or a regular expression. */
  groupBy: string;
  onChange: (groupBy: string) => void;
  /** What the server said of the expression. */
  problem: string | null;
}

/** Which pictures no split parts. Hardly anybody has to choose. */
export function GroupChoice({ groupBy, onChange, problem }: GroupChoiceProps) {
  const given = groupBy !== "auto" && groupBy !== "none";
  const [grouping, setGrouping] = useState<Grouping>(given ? "pattern" : groupBy);
  const [pattern, setPattern] = useState(given ? groupBy : "");
  const [open] = useState(groupBy !== "auto");
  return (
    <details className="text-sm" open={open}>
      <summary className="text-muted-foreground select-none hover:text-foreground">More choices</summary>
      <div className="mt-3 grid gap-3">
        <Choice
          label="Groups by name"
          value={grouping}
          onChange={(next) => {
            setGrouping(next);
            onChange(next === "pattern" ? pattern : next);
          }}
          options={GROUPINGS}
          listClassName="sm:grid-cols-3"
        />
        {grouping === "pattern" && (
          <Field
            label="Regular expression"
            htmlFor="group-by"
            hint="Searched in the path of each picture, in Python's syntax. What its first parentheses hold names the group."
          >
            <Input
              id="group-by"
              className="font-mono"
              aria-describedby={problem ? "group-by-problem group-by-hint" : "group-by-hint"}
              aria-invalid={problem !== null}
              placeholder="(patient\d+)_"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={200}
              value={pattern}
              onChange={(event) => {
                setPattern(event.target.value);
                onChange(event.target.value);
              }}
            />
            {problem && (
              <p id="group-by-problem" role="alert" className="text-xs text-negative">
                {problem}
              </p>
            )}
          </Field>
        )}
      </div>
    </details>
  );
}
