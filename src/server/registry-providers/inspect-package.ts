import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { judgePackageEntry, PACKAGE_LIMITS } from '../../protocol/package-entries.ts';

/** The offset of the machine in an ELF file, and its value for each of terraform's names of machines. */
const MACHINE_AT = 18;
const MACHINES: Readonly<Record<string, number>> = {
  '386': 3,
  arm: 40,
  amd64: 62,
  arm64: 183,
  riscv64: 243,
};
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const SCRIPT = Buffer.from('#!');

export interface PackageOf {
  provider: string;
  os: string;
  arch: string;
}

/**
 * Checks the archive of a provider without unpacking it: the rules by which runners unpack it, and that it holds a
 * program of this provider for this platform.
 *
 * @returns the problem; undefined for an archive that can be used
 */
export async function findPackageProblem(file: string, of: PackageOf): Promise<string | undefined> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true });
  } catch (error) {
    return `it is no zip archive (${reasonOf(error)})`;
  }
  try {
    return await judge(zip, of);
  } catch (error) {
    return `it is damaged (${reasonOf(error)})`;
  } finally {
    zip.close();
  }
}

async function judge(zip: ZipFile, { provider, os, arch }: PackageOf): Promise<string | undefined> {
  if (zip.entryCount === 0) return 'it is empty';
  if (zip.entryCount > PACKAGE_LIMITS.entries) return `it has more than ${PACKAGE_LIMITS.entries} entries`;
  const names = new Set<string>();
  const programs: { entry: Entry; mode: number }[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const verdict = judgePackageEntry(entry, names);
    if ('problem' in verdict) return verdict.problem;
    bytes += entry.uncompressedSize;
    if (bytes > PACKAGE_LIMITS.bytes) return `it unpacks to more than ${PACKAGE_LIMITS.bytes} bytes`;
    if (verdict.mode !== undefined && entry.fileName.startsWith('terraform-provider-'))
      programs.push({ entry, mode: verdict.mode });
  }
  const [program] = programs;
  const expected = `terraform-provider-${provider}`;
  if (program === undefined) return `there is no ${expected} at its top`;
  if (programs.length > 1)
    return `there are ${programs.length} programs in it (${programs.map(({ entry }) => entry.fileName).join(', ')}), and terraform takes one`;
  const { fileName } = program.entry;
  if (fileName !== expected && !fileName.startsWith(`${expected}_`) && !fileName.startsWith(`${expected}.`))
    return `${JSON.stringify(fileName)} is the program of another provider than ${provider}`;
  if (os === 'windows') return undefined;
  if ((program.mode & 0o111) === 0)
    return `${fileName} cannot be executed: the archive must keep its mode, as \`zip\` does where the file has it (chmod +x)`;
  if (os !== 'linux') return undefined;
  return judgeProgram(await readStart(zip, program.entry), fileName, arch);
}

function judgeProgram(start: Buffer, fileName: string, arch: string): string | undefined {
  if (start.subarray(0, SCRIPT.length).equals(SCRIPT)) return undefined;
  if (!start.subarray(0, ELF.length).equals(ELF)) return `${fileName} is no program of linux`;
  const wanted = MACHINES[arch];
  if (wanted === undefined || start.length < MACHINE_AT + 2) return undefined;
  const machine = start.readUInt16LE(MACHINE_AT);
  if (machine === wanted) return undefined;
  const other = Object.keys(MACHINES).find((name) => MACHINES[name] === machine) ?? `number ${machine}`;
  return `${fileName} is a program for another machine (${other}) than ${arch}`;
}

async function readStart(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MACHINE_AT + 2) break;
  }
  return Buffer.concat(chunks);
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 200);
