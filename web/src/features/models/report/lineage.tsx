import type { Model, ModelReport } from "@/api/types";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { FactList } from "@/components/layout/facts";
import { Button } from "@/components/ui/button";
import { formatCount, formatExact, plural } from "@/lib/format";

function words(value: unknown): string {
  if (typeof value === "number")
    return Number.isInteger(value) ? formatCount(value) : `${Number(value.toPrecision(4))}`;
  if (Array.isArray(value)) return value.map(words).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name.replaceAll("_", " ")} ${words(part)}`)
    .join(" · ");
}

/** A value of any kind; the entries of a list of facts each on a line. */
function Words({ value }: { value: unknown }) {
  if (!Array.isArray(value) || typeof value[0] !== "object") return words(value);
  return (
    <ul>
      {value.map((entry) => (
        <li key={words(entry)}>{words(entry)}</li>
      ))}
    </ul>
  );
}

function splitWords(splits: NonNullable<ModelReport["splits"]>): string {
  const { train, validation, test } = splits;
  return `training ${formatCount(train)}, validation ${formatCount(validation)}, test ${formatCount(test)}`;
}

interface LineageProps {
  model: Model;
  report: ModelReport | undefined;
}

/** Data, recipe, parameters and training of a version. */
export function Lineage({ model, report }: LineageProps) {
  const { job_id: jobId } = model;
  return (
    <FactList
      facts={[
        { term: "Made", value: formatExact(model.created_at) },
        {
          term: "Data set",
          value: `version ${model.dataset_version}, ${plural(model.class_names.length, "class", "classes")}`,
        },
        ...(report?.splits ? [{ term: "Pictures", value: splitWords(report.splits) }] : []),
        { term: "Recipe", value: model.recipe },
        ...(report?.brought_nothing ? [{ term: "Note", value: report.brought_nothing.reason }] : []),
        ...(model.backbone ? [{ term: "Backbone", value: model.backbone }] : []),
        ...Object.entries(model.parameters)
          .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
          .map(([name, value]) => ({ term: name.replaceAll("_", " "), value: <Words value={value} /> })),
        ...(jobId
          ? [
              {
                term: "Training",
                value: (
                  <Button variant="link" onClick={() => openJobPanel(jobId)}>
                    Show the log
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
