import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { asProblem, openFollowing, shownUrl, type FetchLimits, type OpenUrl } from './fetch-url.ts';
import type { SignedRelease } from './provider-registry.ts';
import { RegistryProblem } from './registry-problem.ts';

/**
 * The bytes of the archive. The stream fails at its end unless they have the signed hash, so its reader must not use
 * them before.
 *
 * @throws RegistryProblem also as the error of the stream
 */
export async function openArchive(
  open: OpenUrl,
  { archiveUrl, sha256 }: Pick<SignedRelease, 'archiveUrl' | 'sha256'>,
  { maxBytes, timeoutMs }: FetchLimits,
): Promise<Readable> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { url, body } = await openFollowing(open, archiveUrl, signal);
  async function* checked(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxBytes)
          throw new RegistryProblem('untrusted', `the archive has more than ${maxBytes} bytes`);
        hash.update(chunk);
        yield chunk;
      }
    } catch (error) {
      throw asProblem(error, url, signal);
    }
    const actual = hash.digest('hex');
    if (actual !== sha256)
      throw new RegistryProblem(
        'untrusted',
        `${shownUrl(url)} has the SHA-256 ${actual}, signed is ${sha256}`,
      );
  }
  return Readable.from(checked(), { objectMode: false });
}
