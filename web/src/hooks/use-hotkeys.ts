"use client";
import { useEffect, useRef } from "react";

/** Keys as the user reads them: "?", "mod+k" (Ctrl or Cmd), or a sequence such as "g d". */
type Hotkeys = Record<string, () => void>;

const SEQUENCE_MS = 900;
/** With Ctrl or Cmd these belong to the field in which the user types. */
const EDITING_KEYS = "acvxyz";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** Listens on the whole page; plain keys are left alone while the user types or a dialog is open. */
export function useHotkeys(keys: Hotkeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let prefix = "";
    let prefixAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.isComposing) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const mod = event.ctrlKey || event.metaKey;
      const typing = isTyping(event.target);
      const busy = typing || document.querySelector('[role="dialog"][data-state="open"]') !== null;
      if (mod ? typing && EDITING_KEYS.includes(key) : busy) return;
      const sequence = event.timeStamp - prefixAt < SEQUENCE_MS ? `${prefix} ${key}` : key;
      const action = mod ? latest.current[`mod+${key}`] : (latest.current[sequence] ?? latest.current[key]);
      prefix = key;
      prefixAt = event.timeStamp;
      if (!action) return;
      event.preventDefault();
      prefix = "";
      action();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
