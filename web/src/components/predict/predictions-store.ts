import { errorMessage, isPassing } from "@/api/problems";
import { createStore } from "@/lib/store";
import { predict } from "./predict";
import { type Entry, withOutcome } from "./predictions";

const AT_ONCE = 3;

/** The images of this visit, newest first; they stay while the user looks at other pages. */
export const predictions = createStore<readonly Entry[]>([]);
const files = new Map<number, File>();
let lastId = 0;
let working = 0;

/** Takes images in and asks about them, a few at a time. */
export function addImages(added: readonly File[]): void {
  const entries = added.map((file): Entry => {
    lastId += 1;
    files.set(lastId, file);
    return { id: lastId, name: file.name, address: URL.createObjectURL(file), state: "waiting" };
  });
  predictions.set((known) => [...entries.reverse(), ...known]);
  for (let started = working; started < AT_ONCE; started += 1) void work();
}

export function retryImage(id: number): void {
  predictions.set((known) => withOutcome(known, id, { state: "waiting" }));
  if (working < AT_ONCE) void work();
}

export function removeImage(id: number): void {
  files.delete(id);
  predictions.set((known) => {
    const gone = known.find((entry) => entry.id === id);
    if (gone) URL.revokeObjectURL(gone.address);
    return known.filter((entry) => entry.id !== id);
  });
}

export function clearImages(): void {
  for (const entry of predictions.get()) URL.revokeObjectURL(entry.address);
  files.clear();
  predictions.set(() => []);
}

async function work(): Promise<void> {
  working += 1;
  for (let next = nextWaiting(); next; next = nextWaiting()) {
    const { id } = next;
    const file = files.get(id);
    if (!file) break;
    predictions.set((known) => withOutcome(known, id, { state: "working" }));
    const outcome = await predict(file).then(
      (prediction): Partial<Entry> => ({ state: "done", prediction }),
      (error: unknown): Partial<Entry> => ({
        state: "failed",
        reason: errorMessage(error),
        passing: isPassing(error),
      }),
    );
    predictions.set((known) => withOutcome(known, id, outcome));
  }
  working -= 1;
}

function nextWaiting(): Entry | undefined {
  return predictions.get().findLast((entry) => entry.state === "waiting");
}
