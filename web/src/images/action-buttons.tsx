import { KeyButton } from "@/components/ui/key-button";
import type { ImageAction } from "./use-image-actions";

/** Actions as buttons, each with its key. */
export function ActionButtons({ actions }: { actions: readonly ImageAction[] }) {
  return actions.map(({ key, label, run }) => (
    <KeyButton key={key} shortcut={key.toUpperCase()} onClick={run}>
      {label}
    </KeyButton>
  ));
}
