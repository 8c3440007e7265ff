import { randomUUID } from 'node:crypto';
import { open, rename } from 'node:fs/promises';

/** Replaces `file` so that a crash leaves either the old bytes or the new ones; several may do so at the same time. */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}

/** Like {@link writeDurably}, for content that `partial` already holds. */
export async function settleDurably(partial: string, file: string): Promise<void> {
  const handle = await open(partial, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}
