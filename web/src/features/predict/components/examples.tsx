"use client";
import { useQuery } from "@tanstack/react-query";
import { toast } from "sonner";
import { client, unwrap } from "@/api/client";
import { useInsights } from "@/api/insights";
import { apiFetch } from "@/api/remote";
import type { ImageItem } from "@/api/types";
import { addImages } from "@/components/predict/predictions-store";
import { Thumbnail } from "@/images/tiles/thumbnail";
import { classOrder } from "@/lib/class-colors";

const SHOWN = 8;

/** Test images of the first classes, in turn: the model has not learned from these. */
async function listExamples(labels: readonly string[]) {
  const chosen = labels.slice(0, SHOWN);
  const limit = Math.ceil(SHOWN / chosen.length);
  const pages = await Promise.all(
    chosen.map((label) => unwrap(client.GET("/api/images", { params: { query: { label, split: "test", limit } } }))),
  );
  const turns = Array.from({ length: limit }, (_, turn) => pages.flatMap((page) => page.items[turn] ?? []));
  return turns.flat().slice(0, SHOWN);
}

async function predictExample(image: ImageItem): Promise<void> {
  const answer = await apiFetch(image.file).catch(() => null);
  if (!answer?.ok) {
    toast.error("The picture could not be loaded");
    return;
  }
  const bytes = await answer.blob();
  addImages([new File([bytes], image.original_name.split("/").at(-1) ?? "", { type: bytes.type })]);
}

/** Test images to try, for those who have none at hand. */
export function Examples() {
  const labels = classOrder(Object.keys(useInsights().data?.class_distribution ?? {}));
  const { data: examples } = useQuery({
    queryKey: ["images", "examples", labels],
    queryFn: () => listExamples(labels),
    enabled: labels.length > 0,
  });
  if (!examples?.length) return null;
  return (
    <section aria-label="Test pictures to try" className="mt-8">
      <h2 className="mb-3 text-sm text-muted-foreground">
        Or try a test picture, which the model has not learned from
      </h2>
      <ul className="grid grid-cols-4 gap-3 sm:grid-cols-8">
        {examples.map((image) => (
          <li key={image.id}>
            <button
              type="button"
              className="block w-full rounded-md ring-accent ring-offset-2 ring-offset-background hover:ring-2"
              aria-label={`Predict ${image.original_name}`}
              onClick={() => void predictExample(image)}
            >
              <Thumbnail address={image.thumbnail} alt="" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
