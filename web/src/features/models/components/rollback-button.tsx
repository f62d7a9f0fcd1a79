import { Undo2 } from "lucide-react";
import { usePromotions } from "@/api/models";
import { Button } from "@/components/ui/button";
import { rollbackTarget } from "../rollback-target";
import { ChampionDialog } from "./champion-dialog";

/** Goes back to the champion before this one; there only when there was one. */
export function RollbackButton() {
  const target = rollbackTarget(usePromotions().data?.items ?? []);
  if (target === null) return null;
  return (
    <ChampionDialog
      version={null}
      title={`Go back to version ${target}`}
      description={`Version ${target} answers again; the version in service is kept. No request fails meanwhile.`}
      confirm={`Go back to version ${target}`}
      trigger={
        <Button>
          <Undo2 /> Roll back
        </Button>
      }
    />
  );
}
