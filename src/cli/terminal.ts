import { stripVTControlCharacters } from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue';

const SGR: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
};

interface Sink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface TerminalSettings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: NodeJS.ProcessEnv;
}

/** The environment and the output streams of a command. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly isInteractive: boolean;
  /** A line of the answer, on stdout. */
  print(line: string): void;
  /** A line about the work, on stderr. */
  note(line: string): void;
  /** Text in a style where stdout is a terminal, else unchanged. */
  style(style: Style, text: string): string;
}

/** Colours are used only on a terminal, and not when NO_COLOR is set. */
export function createTerminal({ stdout, stderr, env }: TerminalSettings): Terminal {
  const isInteractive = stdout.isTTY === true;
  const hasColor = isInteractive && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    env,
    isInteractive,
    print: (line) => {
      stdout.write(`${line}\n`);
    },
    note: (line) => {
      stderr.write(`${line}\n`);
    },
    style(style, text) {
      const [on, off] = SGR[style];
      return hasColor ? `\u001b[${String(on)}m${text}\u001b[${String(off)}m` : text;
    },
  };
}

/** Foreign text (logs, messages) without control sequences, which could move the cursor, set the title or hide text. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '');
}
