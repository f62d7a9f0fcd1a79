"use client";
import { Copy, Download } from "lucide-react";
import { toast } from "sonner";
import { QueryStates } from "@/components/layout/states";
import { Button, ButtonLink } from "@/components/ui/button";
import {
  Dialog,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogTitle,
  DialogTrigger,
} from "@/components/ui/dialog";
import { useModelCard } from "../api/reports";

/** What a version is, for people who did not make it, as Markdown. */
export function ModelCardDialog({ version }: { version: number }) {
  return (
    <Dialog>
      <DialogTrigger asChild>
        <Button size="sm">Show</Button>
      </DialogTrigger>
      <DialogContent className="max-w-3xl">
        <DialogTitle>Model card of version {version}</DialogTitle>
        <DialogDescription>Data, numbers and limits, as Markdown: to be kept beside the model.</DialogDescription>
        <Card version={version} />
      </DialogContent>
    </Dialog>
  );
}

function Card({ version }: { version: number }) {
  const query = useModelCard(version);
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(
      () => toast.success("Copied"),
      () => toast.error("The browser does not let pages copy here. Download it instead."),
    );
  return (
    <QueryStates query={query} skeleton="h-96" errorTitle="The card could not be loaded">
      {(text) => (
        <>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area has to be reachable by keyboard
            tabIndex={0}
            className="max-h-[60dvh] overflow-auto rounded-md border bg-muted/50 p-4 text-xs"
            data-testid="model-card"
          >
            {text}
          </pre>
          <DialogFooter>
            <Button onClick={() => copy(text)}>
              <Copy /> Copy
            </Button>
            <ButtonLink href={`/api/models/${version}/card?download=true`} download variant="primary">
              <Download /> Download
            </ButtonLink>
          </DialogFooter>
        </>
      )}
    </QueryStates>
  );
}
