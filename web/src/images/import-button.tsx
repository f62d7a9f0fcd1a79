import { ImagePlus, Images } from "lucide-react";
import type { ReactNode } from "react";
import { Panel } from "@/components/layout/panel";
import { EmptyState } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";

export function ImportButton() {
  return (
    <ButtonLink href="/data/import/" variant="primary">
      <ImagePlus /> Import pictures
    </ButtonLink>
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
