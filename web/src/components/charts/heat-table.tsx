"use client";
import { cn } from "@/lib/class-names";

const FEW = 4;
const ROOMY = 20;

interface HeatTableProps {
  label: string;
  rowTitle: string;
  columnTitle: string;
  names: readonly string[];
  values: readonly (readonly number[])[];
  words: (row: string, column: string, value: number, share: number) => string;
  /** Told in words which cell is pointed at. */
  onPoint: (words: string | null) => void;
}

/** A square matrix as a table whose cells are shaded by their share of the row; from 2 to 100 names. */
export function HeatTable({ label, rowTitle, columnTitle, names, values, words, onPoint }: HeatTableProps) {
  const small = names.length > ROOMY;
  const totals = values.map((row) =>
    Math.max(
      1,
      row.reduce((sum, value) => sum + value, 0),
    ),
  );
  return (
    <div
      className="max-h-[36rem] overflow-auto"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area has to be reachable by keyboard
      tabIndex={0}
    >
      <table
        className="border-separate border-spacing-px text-xs"
        aria-label={label}
        onPointerLeave={() => onPoint(null)}
      >
        <thead>
          <tr>
            <td className="pr-2 text-right align-bottom whitespace-nowrap text-muted-foreground">
              {rowTitle} ↓ <br /> {columnTitle} →
            </td>
            {names.map((name) => (
              <th key={name} scope="col" className="px-0.5 align-bottom font-normal">
                <span
                  className={cn(
                    "block max-h-24 truncate",
                    (small || name.length > 5) && "mx-auto rotate-180 [writing-mode:vertical-rl]",
                    small && "w-3 text-[0.5625rem]",
                  )}
                  title={name}
                >
                  {name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {values.map((row, at) => {
            const name = names[at] ?? "";
            return (
              <tr key={name}>
                <th
                  scope="row"
                  className={cn(
                    "max-w-32 truncate pr-2 text-right font-normal",
                    small && "h-3 text-[0.5625rem] leading-none",
                  )}
                  title={name}
                >
                  {name}
                </th>
                {row.map((value, to) => {
                  const share = value / (totals[at] ?? 1);
                  const text = words(name, names[to] ?? "", value, share);
                  return (
                    <td
                      key={names[to]}
                      title={text}
                      onPointerEnter={() => onPoint(text)}
                      className={cn(
                        "rounded-[2px] text-center",
                        small
                          ? "size-3 min-w-3 text-[0px]"
                          : names.length <= FEW
                            ? "h-16 min-w-16 text-base"
                            : "h-9 min-w-9 px-1",
                      )}
                      style={heat(share, at === to)}
                    >
                      {value === 0 && !small ? <span className="text-muted-foreground/70">·</span> : value}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Right answers in the accent colour, mistakes in the negative one, which is spread so that few are seen too. */
function heat(share: number, right: boolean) {
  if (share === 0) return { background: "var(--muted)" };
  const strength = right ? share : Math.sqrt(share);
  const percent = Math.round(12 + 78 * strength);
  const tone = right ? "var(--accent)" : "var(--negative)";
  return {
    background: `color-mix(in oklab, ${tone} ${percent}%, var(--surface))`,
    color: percent > 55 ? "var(--accent-foreground)" : "var(--foreground)",
  };
}
