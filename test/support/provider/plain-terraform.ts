/** Plain terraform in its own folder, without a server: the results of a run must equal its results. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface PlainOutcome {
  code: number | null;
  /** The text of both streams. */
  output: string;
}

export interface RunningTerraform {
  /** Interrupts it as Ctrl-C does. */
  interrupt(): void;
  kill(): void;
  hasEnded(): boolean;
  /** The output so far. */
  output(): string;
}

export interface PlainTerraform {
  /** The folder of the configuration. */
  folder: string;
  write(files: Record<string, string>): void;
  /** @param during is called while the command runs */
  run(args: readonly string[], during?: (running: RunningTerraform) => Promise<void>): Promise<PlainOutcome>;
  /** Like `run`. Errors: when the command fails. */
  succeed(args: readonly string[]): Promise<string>;
  state(): StateFile;
  remove(): void;
}

export interface StateFile {
  outputs: Record<string, { value: unknown }>;
  resources: {
    type: string;
    name: string;
    instances: { schema_version: number; status?: string; attributes: Record<string, unknown> }[];
  }[];
}

const KILL_AFTER_MS = 60_000;

export function plainTerraform(
  files: Record<string, string>,
  environment: Record<string, string> = {},
): PlainTerraform {
  const root = mkdtempSync(path.join(tmpdir(), 'runwright-plain-'));
  const [home, folder] = [path.join(root, 'home'), path.join(root, 'configuration')];
  mkdirSync(home);
  mkdirSync(folder);

  const plain: PlainTerraform = {
    folder,
    write(contents) {
      for (const [name, text] of Object.entries(contents)) {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
      }
    },
    async run(args, during) {
      const child = spawn('terraform', args, {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          TF_IN_AUTOMATION: '1',
          TF_INPUT: '0',
          TF_CLI_ARGS: '-no-color',
          CHECKPOINT_DISABLE: '1',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      const closed = once(child, 'close') as Promise<[number | null]>;
      try {
        await during?.({
          interrupt: () => void child.kill('SIGINT'),
          kill: () => void child.kill('SIGKILL'),
          hasEnded: () => child.exitCode !== null || child.signalCode !== null,
          output: () => output,
        });
        const [code] = await closed;
        return { code, output };
      } finally {
        clearTimeout(killer);
        child.kill('SIGKILL');
      }
    },
    async succeed(args) {
      const { code, output } = await plain.run(args);
      if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}:\n${output}`);
      return output;
    },
    state: () => JSON.parse(readFileSync(path.join(folder, 'terraform.tfstate'), 'utf8')) as StateFile,
    remove: () => rmSync(root, { recursive: true }),
  };
  plain.write(files);
  return plain;
}
