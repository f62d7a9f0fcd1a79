import { Undo2 } from "lucide-react";
import { usePromotions } from "@/api/models";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
import { Button } from "@/components/ui/button";
import { useChangeChampion } from "../api/change-champion";
import { rollbackTarget } from "./rollback-target";

/** Goes back to the champion before this one; there only when there was one. */
export function RollbackButton() {
  const target = rollbackTarget(usePromotions().data?.items ?? []);
  const action = useChangeChampion();
  if (target === null) return null;
  return (
    <ConfirmDialog
      asksReason
      action={action}
      variables={(reason) => ({ version: null, reason })}
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
