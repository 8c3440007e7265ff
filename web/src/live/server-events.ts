import type { OpenAnswer } from '@runwright/client';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** The server-sent events of one answer, as they come. An event that was cut off is dropped. */
export async function* serverEvents({
  chunks,
}: Pick<OpenAnswer, 'chunks'>): AsyncGenerator<EventSourceMessage, void, undefined> {
  const read: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => read.push(event) });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* read.splice(0);
  }
}
