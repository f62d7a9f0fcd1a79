import { Undo2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { usePromotions } from "../api/list-promotions";
import { ChampionDialog } from "./champion-dialog";

/** Goes back to the champion before this one; there only when there was one. */
export function RollbackButton() {
  const latest = usePromotions().data?.items[0];
  if (!latest || latest.from_version === null) return null;
  return (
    <ChampionDialog
      version={null}
      title={`Go back to version ${latest.from_version}`}
      description={`Version ${latest.from_version} answers again, and version ${latest.to_version} is kept. No request fails meanwhile.`}
      confirm={`Go back to version ${latest.from_version}`}
      trigger={
        <Button>
          <Undo2 /> Roll back
        </Button>
      }
    />
  );
}
