import { ImagePlus, Images } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Panel } from "@/components/layout/panel";
import { EmptyState } from "@/components/layout/states";
import { Button } from "@/components/ui/button";

export function ImportButton() {
  return (
    <Button asChild variant="primary">
      <Link href="/data/import/">
        <ImagePlus /> Import pictures
      </Link>
    </Button>
  );
}

/** The data set is empty; says what will be here once it is not. */
export function NoImages({ children }: { children: ReactNode }) {
  return (
    <Panel>
      <EmptyState icon={Images} title="No pictures yet" action={<ImportButton />}>
        {children}
      </EmptyState>
    </Panel>
  );
}
