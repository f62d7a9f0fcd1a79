"use client";
import { Download as Arrow, LoaderCircle } from "lucide-react";
import type { ExportFormat, Model } from "@/api/types";
import { Button } from "@/components/ui/button";
import { formatBytes } from "@/lib/format";
import { downloadAddress, useMakeAndDownload } from "../api/download-model";

const FORMATS: readonly { format: ExportFormat; name: string; use: string }[] = [
  { format: "onnx", name: "ONNX", use: "runs everywhere; what this server uses" },
  { format: "keras", name: "Keras", use: "to go on in Keras 3" },
  { format: "h5", name: "HDF5", use: "for older Keras" },
];

/** The files of a version. One that is not there yet is made when it is asked for. */
export function Downloads({ model }: { model: Model }) {
  const make = useMakeAndDownload();
  const { version } = model;
  return (
    <ul className="text-sm">
      {FORMATS.map(({ format, name, use }) => {
        const file = model.artifacts.find((artifact) => artifact.format === format);
        const making = make.isPending && make.variables.format === format;
        return (
          <li
            key={format}
            className="flex items-center justify-between gap-3 border-b border-border/70 py-2.5 last:border-0"
          >
            <span>
              <span className="font-medium">{name}</span>
              <span className="block text-xs text-muted-foreground">
                {use}
                {file && ` · ${formatBytes(file.size_bytes)}`}
              </span>
            </span>
            {file ? (
              <Button asChild size="sm">
                <a href={downloadAddress({ version, format })} download aria-label={`Download ${name}`}>
                  <Arrow /> Download
                </a>
              </Button>
            ) : (
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
          </li>
        );
      })}
    </ul>
  );
}
