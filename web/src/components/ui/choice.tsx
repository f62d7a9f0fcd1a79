"use client";
import { RadioGroup } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/lib/class-names";

interface Option<T extends string> {
  value: T;
  label: string;
  hint?: string;
  /** A word beside the label, such as the field's term. */
  note?: string;
  /** What is shown above the label. */
  figure?: ReactNode;
  disabled?: boolean;
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
  className?: string;
}

/** One of a few, all of them in sight; `listClassName` sets them in columns. */
export function Choice<T extends string>(props: ChoiceProps<T> & { listClassName?: string }) {
  const { label, value, options, onChange, className, listClassName } = props;
  const id = useId();
  return (
    <div className={cn("grid gap-1.5", className)}>
      <span id={id} className="text-sm font-medium">
        {label}
      </span>
      <RadioGroup.Root
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => onChange(next as T)}
        className={cn("grid gap-1.5", listClassName)}
      >
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            aria-label={option.label}
            aria-describedby={option.hint ? `${id}-${option.value}` : undefined}
            disabled={option.disabled}
            className="group flex items-start gap-3 rounded-md border bg-surface px-3 py-2 text-left text-sm enabled:hover:bg-muted disabled:cursor-not-allowed disabled:bg-muted data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
          >
            <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-control bg-surface group-data-[state=checked]:border-accent">
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span className="min-w-0 flex-1">
              {option.figure}
              <span className="block font-medium group-disabled:text-muted-foreground">
                {option.label}
                {option.note && <span className="ml-2 font-normal text-muted-foreground">{option.note}</span>}
              </span>
              {option.hint && (
                <span id={`${id}-${option.value}`} className="block text-xs text-muted-foreground">
                  {option.hint}
                </span>
              )}
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}

/** The same as a strip of short words, for filters. */
export function Segmented<T extends string>({ label, value, options, onChange, className }: ChoiceProps<T>) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      orientation="horizontal"
      className={cn("inline-flex flex-wrap rounded-md border bg-muted p-0.5", className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="rounded-[5px] px-2.5 py-1 text-[0.8125rem] text-muted-foreground hover:text-foreground data-[state=checked]:bg-surface data-[state=checked]:font-medium data-[state=checked]:text-foreground data-[state=checked]:shadow-xs"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
