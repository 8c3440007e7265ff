import path from 'node:path';
import { Parser } from 'tar';

const MAX_FILES = 1_000;

/** The files of a tar by their paths, without other entries (links, devices). @throws Error the bytes are no tar */
export async function readTar(bytes: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({
      strict: true,
      onReadEntry: (entry) => {
        const chunks: Buffer[] = [];
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
        entry.on('end', () => {
          if (entry.type !== 'File' && entry.type !== 'OldFile') return;
          if (files.size >= MAX_FILES) reject(new Error(`it has more than ${MAX_FILES} files`));
          else files.set(path.posix.normalize(entry.path).replace(/^(\.?\/)+/, ''), Buffer.concat(chunks));
        });
      },
    });
    parser.on('error', reject);
    parser.on('end', () => resolve());
    parser.end(bytes);
  });
  return files;
}
