/** A folder with a configuration, in which real terraform runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { ADMIN_TOKEN, type CliServer } from './server.ts';

export interface Conversation {
  /** The output so far. */
  output(): string;
  /** Resolves when the output holds the text. */
  sees(text: string): Promise<void>;
  types(text: string): void;
  interrupt(): void;
  readonly exitCode: Promise<number | null>;
}

export interface CommandOptions {
  /** Interacts with the program while it runs. Without this, its input is empty. */
  during?: (terraform: Conversation) => Promise<void>;
  env?: Record<string, string>;
  /** A path below the folder. */
  directory?: string;
  /** Runs it in a terminal, as a person does. */
  terminal?: boolean;
}

export interface Folder {
  path: string;
  write(files: Record<string, string>): void;
  /** Replaces terraform's own CLI configuration. */
  configure(text: string): void;
  run(args: readonly string[], options?: CommandOptions): Promise<{ code: number | null; output: string }>;
  remove(): Promise<void>;
}

export interface FolderSettings {
  /** The token that terraform knows; null for none. */
  token?: string | null;
  /** Without the block terraform asks the server for its services, over https. */
  hostBlock?: boolean;
  env?: Record<string, string>;
}

const KILL_AFTER_MS = 60_000;

export async function makeFolder(
  server: Pick<CliServer, 'url' | 'hostname'>,
  files: Record<string, string>,
  { token = ADMIN_TOKEN, hostBlock = true, env = {} }: FolderSettings = {},
): Promise<Folder> {
  const root = mkdtempSync(path.join(tmpdir(), 'runwright-cli-'));
  const [home, folder, programs] = ['home', 'configuration', 'bin'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  // Terraform writes credentials into this folder and does not make it.
  mkdirSync(path.join(home, '.terraform.d'), { recursive: true });
  mkdirSync(folder);
  mkdirSync(programs);
  // A stand-in for the browser that `terraform login` opens.
  writeFileSync(path.join(programs, 'xdg-open'), '#!/bin/sh\n', { mode: 0o700 });
  const { stdout } = await runCli(['login-config', '--address', server.url]);
  const credentials = token === null ? '' : `credentials "${server.hostname}" {\n  token = "${token}"\n}\n`;
  writeFileSync(path.join(home, '.terraformrc'), (hostBlock ? stdout : '') + credentials);

  const write = (contents: Record<string, string>): void => {
    for (const [name, text] of Object.entries(contents)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
  };
  write(files);

  return {
    path: folder,
    write,
    configure: (text) => writeFileSync(path.join(home, '.terraformrc'), text),
    async run(args, { during, env: more = {}, directory = '.', terminal = false } = {}) {
      const child = start(terminal, ['terraform', ...args], {
        cwd: path.join(folder, directory),
        env: {
          PATH: `${programs}:${process.env['PATH']}`,
          HOME: home,
          CHECKPOINT_DISABLE: '1',
          ...env,
          ...more,
        },
      });
      const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      const conversation = converse(child, terminal);
      if (during === undefined) child.stdin?.end();
      try {
        await during?.(conversation);
        return { code: await conversation.exitCode, output: conversation.output() };
      } finally {
        clearTimeout(killer);
        child.kill('SIGKILL');
      }
    },
    remove: async () => await rm(root, { recursive: true }),
  };
}

/** Answers the only question that the command asks. */
export const answers =
  (word: string) =>
  async (terraform: Conversation): Promise<void> => {
    await terraform.sees('Enter a value:');
    terraform.types(`${word}\n`);
  };

/** Both streams use one pipe, which keeps the order of the output. */
function start(
  terminal: boolean,
  command: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): ChildProcess {
  const [program = '', ...args] = terminal
    ? ['script', '--quiet', '--return', '--flush', '--command', `exec ${command.join(' ')}`, '/dev/null']
    : ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...command];
  return spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
}

function converse(child: ChildProcess, terminal: boolean): Conversation {
  let output = '';
  let ended = false;
  const news = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      news.dispatchEvent(new Event('news'));
    });
  }
  // Writing to a program that has ended fails, which does not matter.
  child.stdin?.on('error', () => undefined);
  const exitCode = once(child, 'close').then(([code]) => {
    ended = true;
    news.dispatchEvent(new Event('news'));
    return code as number | null;
  });
  return {
    output: () => output,
    exitCode,
    async sees(text) {
      while (!output.includes(text)) {
        if (ended) throw new Error(`terraform ended without printing ${JSON.stringify(text)}:\n${output}`);
        await once(news, 'news');
      }
    },
    types: (text) => void child.stdin?.write(text),
    interrupt: () => (terminal ? void child.stdin?.write('\u0003') : void child.kill('SIGINT')),
  };
}
