/** A step of the build: `node dist/embedded-template.js ARCHIVE` packs an empty database into ARCHIVE. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packTemplate } from './embedded-folder.ts';

const [archive] = process.argv.slice(2);
if (archive === undefined) throw new Error('give the path of the archive to write');
const workFolder = mkdtempSync(path.join(tmpdir(), 'runwright-template-'));
try {
  await packTemplate(workFolder, archive);
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
