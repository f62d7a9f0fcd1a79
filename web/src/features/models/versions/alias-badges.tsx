import type { Model } from "@/api/types";
import { Badge } from "@/components/ui/badge";

export function AliasBadges({ aliases }: { aliases: Model["aliases"] }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {aliases.includes("champion") && <Badge tone="accent">In service · champion</Badge>}
      {aliases.includes("challenger") && <Badge>Challenger</Badge>}
    </span>
  );
}
