import type { Terminal } from './terminal.ts';

/** Where a command tells what it does: stdout for people, stderr when a program reads stdout. */
export function narrator(terminal: Terminal, { json }: { readonly json?: true }): Terminal {
  return json === true ? { ...terminal, print: terminal.note, style: (_, text) => text } : terminal;
}
