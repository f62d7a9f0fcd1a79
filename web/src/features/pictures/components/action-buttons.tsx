import { KeyButton } from "@/components/ui/key-button";
import type { PictureAction } from "../hooks/use-picture-actions";

/** Actions as buttons, each with its key. */
export function ActionButtons({ actions }: { actions: readonly PictureAction[] }) {
  return actions.map(({ key, label, run }) => (
    <KeyButton key={key} shortcut={key.toUpperCase()} onClick={run}>
      {label}
    </KeyButton>
  ));
}
