import type { ComponentProps } from "react";
import { Button } from "./button";

interface KeyButtonProps extends ComponentProps<typeof Button> {
  /** The key that does the same, shown where there is a keyboard. */
  shortcut: string;
}

/** A small button that names its key. */
export function KeyButton({ shortcut, children, ...props }: KeyButtonProps) {
  return (
    <Button size="sm" aria-keyshortcuts={shortcut} {...props}>
      {children}
      <span aria-hidden="true" className="font-mono text-xs opacity-70 pointer-coarse:hidden">
        {shortcut}
      </span>
    </Button>
  );
}
