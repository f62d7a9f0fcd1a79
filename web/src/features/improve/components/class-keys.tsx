import { ClassLabel } from "@/components/layout/class-label";
import { KeyButton } from "@/components/ui/key-button";

interface ClassKeysProps {
  classes: readonly string[];
  color: (label: string) => string;
  /** Left out where the keys act on whatever is current. */
  onChoose?: (label: string) => void;
}

/** The classes that have a digit for their key. */
export function ClassKeys({ classes, color, onChoose }: ClassKeysProps) {
  if (classes.length === 0) return null;
  return (
    <ul aria-label="Classes by key" className={onChoose ? "grid grid-cols-2 gap-2" : "flex flex-wrap gap-x-5 gap-y-2"}>
      {classes.map((label, at) => (
        <li key={label} className="min-w-0">
          {onChoose ? (
            <KeyButton shortcut={`${at + 1}`} className="w-full justify-between" onClick={() => onChoose(label)}>
              <ClassLabel label={label} color={color(label)} />
            </KeyButton>
          ) : (
            <span className="flex items-center gap-2 text-sm">
              <kbd className="rounded border bg-muted px-1.5 font-mono text-xs">{at + 1}</kbd>
              <ClassLabel label={label} color={color(label)} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
