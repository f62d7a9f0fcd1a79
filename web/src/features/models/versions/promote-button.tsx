import type { Model } from "@/api/types";
import { Accuracy } from "@/components/layout/accuracy";
import { ConfirmDialog } from "@/components/layout/confirm-dialog";
import { Button } from "@/components/ui/button";
import { formatPercent } from "@/lib/format";
import { useChangeChampion } from "../api/change-champion";

interface PromoteButtonProps {
  model: Model;
  champion: Model | undefined;
  size?: "sm" | "md";
}

/** "Put into service", with both versions' numbers side by side before it is done. */
export function PromoteButton({ model, champion, size = "md" }: PromoteButtonProps) {
  const { version } = model;
  const worse = champion !== undefined && champion.metrics.accuracy > model.metrics.accuracy;
  return (
    <ConfirmDialog
      asksReason
      action={useChangeChampion()}
      variables={(reason) => ({ version, reason })}
      title={`Put version ${version} into service`}
      description={`Every answer from now on comes from version ${version}. No request fails meanwhile, and you can go back at any time.`}
      confirm={`Put version ${version} into service`}
      trigger={
        size === "md" ? (
          <Button variant="primary">
            Put version {version} into service <span className="font-normal opacity-80">· promote to champion</span>
          </Button>
        ) : (
          <Button size="sm" title="Promote to champion">
            <span>
              Put <span className="sr-only">version {version} </span>into service
            </span>
          </Button>
        )
      }
    >
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border text-sm">
        {[champion, model].map(
          (one) =>
            one && (
              <div key={one.version} className="bg-surface p-3 only:col-span-2">
                <dt className="text-xs text-muted-foreground">
                  Version {one.version}, {one === model ? "to come" : "in service now"}
                </dt>
                <dd className="mt-1 font-medium">
                  <Accuracy metrics={one.metrics} />
                </dd>
                <dd className="text-xs text-muted-foreground">F1 {formatPercent(one.metrics.f1_macro)}</dd>
              </div>
            ),
        )}
      </dl>
      {worse && (
        <p className="text-sm text-warning">
          It was measured to be less accurate than the version in service. The two were measured on the test pictures of
          their own data versions.
        </p>
      )}
    </ConfirmDialog>
  );
}
