import type { OpenAnswer } from '@runwright/client';

/** No larger body is held in memory, for any purpose. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A whole body as text, or undefined when it is too large to be shown. */
export async function readBounded(answer: OpenAnswer, maxBytes = MAX_BYTES): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.chunks) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
