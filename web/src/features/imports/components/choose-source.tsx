"use client";
import { FolderOpen, ImagePlus } from "lucide-react";
import { useRef, useState } from "react";
import { useDropzone } from "react-dropzone";
import { Button } from "@/components/ui/button";
import { Choice, Segmented } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/field";
import { cn } from "@/lib/class-names";
import { formatCount } from "@/lib/format";
import { NAMED_SOURCES, sourceName } from "../named-sources";
import { type ImportSource, MOST_LOOSE, sortOut } from "../selection";

interface ChooseSourceProps {
  onChoose: (source: ImportSource) => void;
  /** Files that cannot be sent together, in words. */
  onProblem: (words: string) => void;
}

/** Where the images come from: files of the user, or a data set by its name. */
export function ChooseSource({ onChoose, onProblem }: ChooseSourceProps) {
  const [from, setFrom] = useState<"files" | "named">("files");
  return (
    <div className="grid gap-4">
      <Segmented
        label="Where the pictures come from"
        value={from}
        onChange={setFrom}
        className="justify-self-start"
        options={[
          { value: "files", label: "Your files" },
          { value: "named", label: "A data set by name" },
        ]}
      />
      {from === "files" ? <Drop onChoose={onChoose} onProblem={onProblem} /> : <Named onChoose={onChoose} />}
    </div>
  );
}

function Drop({ onChoose, onProblem }: ChooseSourceProps) {
  const folder = useRef<HTMLInputElement>(null);
  const choose = (chosen: readonly File[]) => {
    if (chosen.length === 0) return;
    const sorted = sortOut(chosen);
    if ("problem" in sorted) onProblem(sorted.problem);
    else onChoose(sorted);
  };
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop: (files) => choose(files),
    noClick: true,
    noKeyboard: true,
  });
  return (
    <div
      {...getRootProps({ role: undefined, tabIndex: undefined })}
      className={cn(
        "flex flex-col items-center gap-3 rounded-lg border border-dashed border-control px-6 py-10 text-center",
        isDragActive && "border-accent bg-accent-soft",
      )}
    >
      <input {...getInputProps({ "aria-label": "Pictures to add" })} />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to add"
        {...{ webkitdirectory: "" }}
        onChange={({ currentTarget }) => {
          choose([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <p className="font-medium">Drop a folder or a ZIP of labelled pictures here</p>
      <p className="max-w-md text-sm text-balance text-muted-foreground">
        With a folder for each class in it, such as cats/1.jpg and dogs/2.jpg. Or drop up to {formatCount(MOST_LOOSE)}{" "}
        loose pictures, of one class or of none.
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button variant="primary" onClick={open}>
          <ImagePlus /> Choose files
        </Button>
        <Button onClick={() => folder.current?.click()}>
          <FolderOpen /> Choose a folder
        </Button>
      </div>
    </div>
  );
}

function Named({ onChoose }: Pick<ChooseSourceProps, "onChoose">) {
  const [value, setValue] = useState("builtin:digits");
  const [repository, setRepository] = useState("");
  const name = sourceName(value, repository);
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (name) onChoose({ kind: "named", name });
      }}
    >
      <Choice
        label="Data set"
        value={value}
        onChange={setValue}
        options={NAMED_SOURCES}
        className="[&>[role=radiogroup]]:sm:grid-cols-2"
      />
      {value.endsWith(":") && (
        <Field label="Owner and name" htmlFor="repository" hint="As in its address, for example owner/name.">
          <Input
            id="repository"
            aria-describedby="repository-hint"
            placeholder="owner/name"
            autoComplete="off"
            spellCheck={false}
            value={repository}
            onChange={(event) => setRepository(event.target.value)}
          />
        </Field>
      )}
      <Button type="submit" variant="primary" className="justify-self-start" disabled={!name}>
        Continue
      </Button>
    </form>
  );
}
