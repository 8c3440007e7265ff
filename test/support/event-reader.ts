/** Reads server-sent events as a browser does, one by one. */

export interface ServerEvent {
  id: string | undefined;
  type: string;
  data: Record<string, unknown>;
}

export interface EventReader {
  status: number;
  headers: Headers;
  /** The next event; undefined when the server has ended the stream. @throws after 20 s without one */
  next(): Promise<ServerEvent | undefined>;
  /** All events up to and including the first of this type, or until the stream ends. */
  until(type: string): Promise<ServerEvent[]>;
  close(): void;
}

const PATIENCE_MS = 20_000;

export async function readEvents(url: string, headers: Record<string, string>): Promise<EventReader> {
  const gone = new AbortController();
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: gone.signal,
  });
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<ServerEvent | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end !== -1) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (!block.startsWith(':')) return parse(block);
        continue;
      }
      const timer = setTimeout(() => gone.abort(new Error('no event came')), PATIENCE_MS);
      const { value, done } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return undefined;
      text += value;
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    next,
    async until(type) {
      const events: ServerEvent[] = [];
      for (;;) {
        const event = await next();
        if (event === undefined) return events;
        events.push(event);
        if (event.type === type) return events;
      }
    },
    close: () => gone.abort(),
  };
}

function parse(block: string): ServerEvent {
  const field = (name: string): string | undefined => {
    const line = block.split('\n').find((each) => each.startsWith(`${name}: `));
    return line?.slice(name.length + 2);
  };
  return {
    id: field('id'),
    type: field('event') ?? 'message',
    data: JSON.parse(field('data') ?? '{}') as Record<string, unknown>,
  };
}
