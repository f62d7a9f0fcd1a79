"use client";
import { type KeyboardEvent, useState } from "react";
import { cn } from "@/lib/class-names";

const FEW = 4;
const ROOMY = 20;
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

interface HeatTableProps {
  label: string;
  rowTitle: string;
  columnTitle: string;
  names: readonly string[];
  values: readonly (readonly number[])[];
  /** The whole of each row, of which the cells are shares. */
  totals: readonly number[];
  words: (row: string, column: string, value: number, share: number) => string;
  /** Told in words which cell is pointed at. */
  onPoint: (words: string | null) => void;
  onChoose: (row: string, column: string) => void;
}

/** A square matrix as a table whose cells are shaded by their share of the row, and chosen by pointer or arrow keys. */
export function HeatTable(props: HeatTableProps) {
  const { label, rowTitle, columnTitle, names, values, totals, words, onPoint, onChoose } = props;
  const small = names.length > ROOMY;
  const [[row, column], setCurrent] = useState([0, 0]);
  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const cell = event.currentTarget.rows[row + step[0]]?.cells[1 + column + step[1]];
    cell?.querySelector("button")?.focus();
  };
  return (
    <div className="max-h-[36rem] overflow-auto p-0.5">
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
                    small && "w-4 text-[0.625rem]",
                  )}
                  title={name}
                >
                  {name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          {values.map((shown, at) => {
            const name = names[at] ?? "";
            return (
              <tr key={name}>
                <th
                  scope="row"
                  className={cn(
                    "max-w-32 truncate pr-2 text-right font-normal",
                    small && "text-[0.625rem] leading-none",
                  )}
                  title={name}
                >
                  {name}
                </th>
                {shown.map((value, to) => {
                  const share = value / Math.max(1, totals[at] ?? 1);
                  const other = names[to] ?? "";
                  const text = words(name, other, value, share);
                  return (
                    <td key={other} className="p-0">
                      <button
                        type="button"
                        tabIndex={at === row && to === column ? 0 : -1}
                        aria-label={text}
                        aria-disabled={value === 0}
                        title={text}
                        onPointerEnter={() => onPoint(text)}
                        onFocus={() => {
                          setCurrent([at, to]);
                          onPoint(text);
                        }}
                        onClick={() => value > 0 && onChoose(name, other)}
                        className={cn(
                          "block w-full rounded-[2px] aria-disabled:cursor-default",
                          small
                            ? "h-4 min-w-4 text-[0px]"
                            : names.length <= FEW
                              ? "h-16 min-w-16 text-base"
                              : "h-9 min-w-9 px-1",
                        )}
                        style={heat(share, at === to)}
                      >
                        {value === 0 && !small ? <span className="text-muted-foreground/70">·</span> : value}
                      </button>
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
