import { canInWorkspace } from '../access/permissions.ts';
import type { WorkspaceScope } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { EventStream } from './event-stream.ts';
import type { LogTail } from './log-tails.ts';
import type { Viewer } from './viewers.ts';
import { watch } from './watch.ts';
import { wholeCharacters } from './whole-characters.ts';

interface Following {
  viewer: Viewer;
  stream: EventStream;
  tail: LogTail;
  workspace: WorkspaceScope;
  offset: number;
  /** False: the part that exists already, and then the end. */
  goesOn: boolean;
}

/**
 * Sends a log as it is written, from a byte on: `log` with a text, whose id is the byte after it, and `end` when the
 * plan or the apply has ended and all is sent. No character is divided between two events.
 */
export async function followLog(platform: Platform, following: Following): Promise<void> {
  const { viewer, stream, workspace } = following;
  const over = new AbortController();
  const watching = watch(
    platform,
    viewer,
    stream,
    async (caller) =>
      !over.signal.aborted && (await canInWorkspace(platform.db, caller, workspace, 'read-runs')),
  ).finally(() => stream.end());
  watching.catch((error: unknown) => platform.log.warn({ err: error }, 'a reader of a log was cut off'));
  try {
    await sendParts(platform, following);
  } finally {
    over.abort();
    stream.end();
  }
}

async function sendParts({ wakeUps }: Platform, { stream, tail, offset, goesOn }: Following): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    stream.gone.addEventListener('abort', () => resolve(), { once: true });
  });
  for (let next = offset; !stream.gone.aborted && !wakeUps.isClosed();) {
    const news = tail.news();
    const part = await tail.read(next);
    if (part === undefined) return;
    const bytes = part.isWhole ? part.bytes : part.bytes.subarray(0, wholeCharacters(part.bytes));
    if (bytes.length > 0) {
      next += bytes.length;
      stream.send({ id: String(next), type: 'log', data: JSON.stringify({ text: bytes.toString('utf8') }) });
      await stream.room();
    }
    if (part.isWhole)
      return stream.send({ id: String(next), type: 'end', data: JSON.stringify({ bytes: next }) });
    if (bytes.length > 0) continue;
    if (!goesOn) return;
    await Promise.race([news, gone]);
  }
}
