import { apiFetch, isRemote } from "./remote";

/** What of an `EventSource` is used. */
export type EventStream = Pick<EventSource, "readyState" | "onopen" | "onerror" | "close"> & {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
};

/** Server-sent events of the API. A browser's own `EventSource` brings no key to another origin. */
export function openEvents(path: string): EventStream {
  return isRemote() ? new FetchedEvents(path) : new EventSource(path);
}

/** Events read by `fetch`; it ends with the connection and leaves it to its user to open another. */
class FetchedEvents extends EventTarget {
  readyState: number = EventSource.CONNECTING;
  onopen: EventSource["onopen"] = null;
  onerror: EventSource["onerror"] = null;
  private readonly stop = new AbortController();

  constructor(path: string) {
    super();
    void this.read(path).catch(() => {
      if (this.readyState === EventSource.CLOSED) return;
      this.close();
      this.onerror?.call(this as unknown as EventSource, new Event("error"));
    });
  }

  override addEventListener(type: string, listener: unknown): void {
    super.addEventListener(type, listener as EventListener);
  }

  close(): void {
    this.readyState = EventSource.CLOSED;
    this.stop.abort();
  }

  private async read(path: string): Promise<void> {
    const answer = await apiFetch(path, { signal: this.stop.signal, headers: { Accept: "text/event-stream" } });
    if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
    this.readyState = EventSource.OPEN;
    this.onopen?.call(this as unknown as EventSource, new Event("open"));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the stream has ended");
      const { events, left } = parseEvents(rest + value);
      rest = left;
      for (const { type, data } of events) this.dispatchEvent(new MessageEvent(type, { data }));
    }
  }
}

/** The whole events in a part of a stream, and what is left of the next one (HTML standard, section 9.2.6). */
export function parseEvents(text: string): { events: { type: string; data: string }[]; left: string } {
  const blocks = text.split("\n\n");
  const left = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const lines = block.split("\n");
    const of = (field: string) =>
      lines.filter((line) => line.startsWith(`${field}: `)).map((l) => l.slice(field.length + 2));
    const data = of("data");
    return data.length ? [{ type: of("event").at(-1) ?? "message", data: data.join("\n") }] : [];
  });
  return { events, left };
}
