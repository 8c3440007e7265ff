import type { Terminal } from './terminal.ts';

/** The terminal for a command's progress: stdout for people, stderr when a program reads stdout. */
export function narrator(terminal: Terminal, { json }: { readonly json?: true }): Terminal {
  return json === true ? { ...terminal, print: terminal.note, style: (_, text) => text } : terminal;
}
