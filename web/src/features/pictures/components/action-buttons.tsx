import { KeyButton } from "@/components/ui/key-button";
import type { PictureAction } from "../hooks/use-picture-actions";

/** Actions as buttons, each with its key. */
export function ActionButtons({ actions }: { actions: readonly PictureAction[] }) {
  return actions.map(({ key, label, icon: Icon, run }) => (
    <KeyButton key={key} shortcut={key.toUpperCase()} onClick={run} className="gap-1.5 px-2.5">
      <Icon /> {label}
    </KeyButton>
  ));
}
