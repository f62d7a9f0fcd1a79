import { Boxes } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/layout/states";
import { Button } from "@/components/ui/button";

/** Nothing can be predicted yet; says what comes first. */
export function NoChampion({ hasData }: { hasData: boolean }) {
  return (
    <EmptyState
      icon={Boxes}
      title="No model is in service yet"
      className="rounded-xl border bg-surface py-20"
      action={
        <Button asChild variant="primary">
          {hasData ? <Link href="/train/">Train a version</Link> : <Link href="/data/import/">Add pictures</Link>}
        </Button>
      }
    >
      {hasData
        ? "The pictures are here. Train a version on them; the first one goes into service by itself."
        : "Add labelled pictures, a folder for each class in one ZIP, and train a version on them. Then it answers here."}
    </EmptyState>
  );
}
