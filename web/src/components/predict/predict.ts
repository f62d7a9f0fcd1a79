import { client, unwrap } from "@/api/client";
import { ApiError } from "@/api/problems";
import type { Prediction } from "@/api/types";

const TOP = 5;
const TRIES = 4;
const WAIT_S = 1;

/** Asks for one image; a server that is busy for the moment is asked again after the time it names. */
export async function predict(file: File): Promise<Prediction> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await predictOnce(file);
    } catch (error) {
      const busy = error instanceof ApiError && (error.status === 429 || error.code === "overloaded");
      if (!busy || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? WAIT_S) * 1000));
    }
  }
}

function predictOnce(file: File): Promise<Prediction> {
  const form = new FormData();
  form.append("file", file);
  return unwrap(
    client.POST("/api/predict", {
      params: { query: { top: TOP, explain: true } },
      // The generated type says `string` for a file; the form goes as it is.
      body: { file: "" },
      bodySerializer: () => form,
    }),
  );
}
