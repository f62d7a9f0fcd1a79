import { WifiOff } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { Connection } from "../use-live-summary";

/** Whether what is shown is live. */
export function LiveBadge({ connection }: { connection: Connection }) {
  return (
    <span role="status" data-testid="live">
      {connection === "retrying" ? (
        <Badge tone="warning">
          <WifiOff /> Connection lost, retrying
        </Badge>
      ) : (
        <Badge tone={connection === "live" ? "positive" : "neutral"}>
          <span aria-hidden="true" className="size-1.5 rounded-full bg-current" />
          {connection === "live" ? "Live" : "Connecting"}
        </Badge>
      )}
    </span>
  );
}
