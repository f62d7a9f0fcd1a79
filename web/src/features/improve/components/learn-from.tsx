import { useWorkspace } from "@/api/workspace";
import { ButtonLink } from "@/components/ui/button";
import { plural } from "@/lib/format";

/** What becomes of the decisions: a training learns from them, and only that. */
export function LearnFrom({ decided }: { decided: number }) {
  const workspace = useWorkspace().data;
  if (!workspace) return null;
  const { champion } = workspace;
  const done = decided > 0 ? `${plural(decided, "picture")} decided here. ` : "";
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t pt-4 text-sm" data-testid="learn-from">
      <p className="max-w-2xl text-muted-foreground">
        {done}
        {champion === null
          ? "Suggestions come from a version in service. Label some pictures of two classes, then train the first one."
          : `Version ${champion} learns nothing from this by itself: train again, and the new version is judged on the same test pictures before it takes its place. Whether more labels help, the learning curve tells.`}
      </p>
      <ButtonLink href="/train/" size="sm" variant={decided > 0 ? "primary" : "outline"}>
        {champion === null ? "Train the first version" : "Train again"}
      </ButtonLink>
    </div>
  );
}
