"use client";
import { Download as Arrow, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import type { ExportFormat, Model, ModelReport } from "@/api/types";
import { Button, ButtonLink } from "@/components/ui/button";
import { formatBytes } from "@/lib/format";
import { downloadAddress, useMakeAndDownload } from "../api/download-model";
import { ModelCardDialog } from "./model-card-dialog";
import { int8Words, parityWords, whyNoKeras } from "./report-words";

const FORMATS: readonly { format: ExportFormat; name: string; use: string }[] = [
  { format: "onnx", name: "ONNX", use: "runs everywhere" },
  { format: "int8", name: "ONNX, int8", use: "small and fast" },
  { format: "keras", name: "Keras", use: "to go on in Keras 3" },
  { format: "h5", name: "HDF5", use: "for older Keras" },
  { format: "labels", name: "Class names", use: "one a line, in the order of the answers" },
];
/** Made when they are asked for; the others are made with the version, or not at all. */
const MADE_LATER: readonly ExportFormat[] = ["keras", "h5"];

interface DownloadsProps {
  model: Model;
  exports: ModelReport["exports"] | undefined;
}

/** The files of a version, with how well each does what the trained network does. */
export function Downloads({ model, exports }: DownloadsProps) {
  const make = useMakeAndDownload();
  const { version } = model;
  const served = model.artifacts.some((file) => file.format === "int8") ? "int8" : "onnx";
  return (
    <ul className="text-sm">
      {FORMATS.map(({ format, name, use }) => {
        const file = model.artifacts.find((artifact) => artifact.format === format);
        const making = make.isPending && make.variables.format === format;
        const later = MADE_LATER.includes(format);
        const notes = [
          use,
          file && formatBytes(file.size_bytes),
          format === served && "what this server uses",
          !file && later && whyNoKeras(model),
          format === "int8" ? int8Words(exports?.int8) : parityWords(exports?.parity[format]),
        ];
        return (
          <Row key={format} name={name} notes={notes.filter(Boolean).join(" · ")}>
            {file || format === "labels" ? (
              <ButtonLink
                href={downloadAddress({ version, format })}
                download
                aria-label={`Download ${name}`}
                size="sm"
              >
                <Arrow /> Download
              </ButtonLink>
            ) : !later || whyNoKeras(model) ? null : (
              <Button
                size="sm"
                aria-label={making ? undefined : `Make and download ${name}`}
                disabled={make.isPending}
                onClick={() => make.mutate({ version, format })}
              >
                {making ? <LoaderCircle className="animate-spin" /> : <Arrow />}
                {making ? "Being made" : "Make and download"}
              </Button>
            )}
          </Row>
        );
      })}
      <Row name="Model card" notes="data, numbers and limits, for people">
        <ModelCardDialog version={version} />
      </Row>
    </ul>
  );
}

function Row({ name, notes, children }: { name: string; notes: string; children: ReactNode }) {
  return (
    <li className="flex items-center justify-between gap-3 border-b border-border/70 py-2.5 last:border-0">
      <span className="min-w-0">
        <span className="font-medium">{name}</span>
        <span className="block text-xs text-muted-foreground">{notes}</span>
      </span>
      {children}
    </li>
  );
}
