import type { Terminal } from '../terminal.ts';

/** Prints the demo's steps, each with its duration. */
export interface Storyteller {
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
  detail(text: string): void;
}

export function createStoryteller(terminal: Terminal, stepCount: number): Storyteller {
  let step = 0;
  const detail = (text: string): void => {
    terminal.print(`  ${text}`);
  };
  return {
    detail,
    async step(title, work) {
      step += 1;
      terminal.print(`\n${terminal.style('bold', `[${String(step)}/${String(stepCount)}] ${title}`)}`);
      const startedMs = performance.now();
      const result = await work();
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      detail(terminal.style('dim', `${terminal.style('green', '✓')} ${seconds} s`));
      return result;
    },
  };
}
