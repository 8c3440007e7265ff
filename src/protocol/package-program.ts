import type { PackageName } from './package-name.ts';

/** The program of a provider in its package. The server checks an upload by these rules, the runner a download. */

const PREFIX = 'terraform-provider-';
const EXECUTABLE = 0o111;
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
/** So many bytes from the start of a program tell the machine that it is for. */
export const PROGRAM_START_BYTES = MACHINE_AT + 2;

export type ProgramOf = Pick<PackageName, 'type' | 'platform'>;

interface PackedFile {
  path: string;
  mode: number;
}

/**
 * The program that terraform would start, of the files of a package.
 *
 * @returns the problem where there is none, or not exactly one, or it cannot be executed
 */
export function findProgram<File extends PackedFile>(
  files: readonly File[],
  { type, platform }: ProgramOf,
): { program: File } | { problem: string } {
  const programs = files.filter(({ path }) => path.startsWith(PREFIX) && !path.includes('/'));
  const [program] = programs;
  const expected = PREFIX + type;
  if (program === undefined) return { problem: `there is no ${expected} at its top` };
  if (programs.length > 1) {
    const names = programs.map(({ path }) => path).join(', ');
    return {
      problem: `there are ${programs.length} programs in it (${names.slice(0, 300)}), and terraform takes one`,
    };
  }
  const { path, mode } = program;
  if (path !== expected && !path.startsWith(`${expected}_`) && !path.startsWith(`${expected}.`))
    return { problem: `${JSON.stringify(path)} is the program of another provider than ${type}` };
  if (!platform.startsWith('windows_') && (mode & EXECUTABLE) === 0)
    return {
      problem: `${path} cannot be executed: the archive must keep its mode, as \`zip\` does where the file has it (chmod +x)`,
    };
  return { program };
}

/**
 * What keeps a program from being started on its platform, by its first {@link PROGRAM_START_BYTES}; undefined when
 * nothing does, or the platform is not linux.
 */
export function judgeProgramStart(start: Buffer, path: string, platform: string): string | undefined {
  const [os, arch = ''] = platform.split('_');
  if (os !== 'linux' || start.subarray(0, SCRIPT.length).equals(SCRIPT)) return undefined;
  if (!start.subarray(0, ELF.length).equals(ELF)) return `${path} is no program of linux`;
  const wanted = MACHINES[arch];
  if (wanted === undefined || start.length < PROGRAM_START_BYTES) return undefined;
  const machine = start.readUInt16LE(MACHINE_AT);
  if (machine === wanted) return undefined;
  const other = Object.keys(MACHINES).find((name) => MACHINES[name] === machine) ?? `number ${machine}`;
  return `${path} is a program for another machine (${other}) than ${arch}`;
}
