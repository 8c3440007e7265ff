import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readToolAnswer, type ToolAnswer } from '../../src/mcp/testing/tool-caller.ts';

const PACKAGE = path.resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol/inspector');
const CLI = path.join(PACKAGE, 'clients/cli/build/index.js');
const PROGRAM = path.join(PACKAGE, 'clients/launcher/build/index.js');

export interface InspectorAnswer {
  /** 0, or 5 when a tool answered with an error, or 6 when a schema is not portable. */
  readonly exitCode: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `mcp-inspector --cli` as a separate process. */
export async function runInspector(args: readonly string[]): Promise<InspectorAnswer> {
  return await inFolder(
    async (folder) =>
      await new Promise((resolve) => {
        // A separate home folder keeps the Inspector from reading its own settings.
        const env = { PATH: process.env['PATH'], HOME: folder, USERPROFILE: folder };
        execFile(process.execPath, [PROGRAM, '--cli', ...args], { env }, (error, stdout, stderr) => {
          resolve({ exitCode: error === null ? 0 : (error.code ?? undefined), stdout, stderr });
        });
      }),
  );
}

interface InspectorCli {
  runCli(argv: readonly string[]): Promise<void>;
}

/**
 * Calls a tool over HTTP with the Inspector's command line, in this process, because starting a program for each of a
 * few hundred calls would take minutes.
 *
 * @param era the era of the protocol: the Inspector negotiates `legacy` by default
 */
export async function inspectTool(
  target: { url: string; token: string; era?: 'legacy' | 'modern' },
  tool: string,
  args: object,
): Promise<ToolAnswer> {
  return await inFolder(
    async (folder) => await inspectInto(path.join(folder, 'result.json'), target, tool, args),
  );
}

async function inspectInto(
  output: string,
  target: Parameters<typeof inspectTool>[0],
  tool: string,
  args: object,
): Promise<ToolAnswer> {
  const { runCli } = (await import(CLI)) as InspectorCli;
  const argv = [
    ...['node', 'inspector', '--transport', 'http', '--server-url', target.url],
    ...['--header', `Authorization: Bearer ${target.token}`, '--protocol-era', target.era ?? 'legacy'],
    ...['--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)],
    ...['--output', output, '--quiet'],
  ];
  const failure = await runCli(argv).then(
    () => undefined,
    (error: unknown) => error,
  );
  let written: string;
  try {
    written = readFileSync(output, 'utf8');
  } catch {
    throw failure ?? new Error(`the Inspector wrote no answer of ${tool}`);
  }
  const answer = readToolAnswer(JSON.parse(written) as Parameters<typeof readToolAnswer>[0]);
  if ((failure !== undefined) !== answer.isError)
    throw failure ?? new Error(`no exit code for the error of ${tool}`);
  return answer;
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-inspector-'));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
