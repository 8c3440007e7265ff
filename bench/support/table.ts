import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export const ms = (value: number): string => `${Math.round(value)} ms`;
export const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
export const ratio = (value: number): string => `${value.toFixed(2)} ×`;

/** Prints a Markdown table, and stores it in bench/results with the machine of the measurement. */
export function report(name: string, notes: string[], header: string[], rows: string[][]): void {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const table = [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
  const text = `# ${name}\n\n${machine()}\n\n${notes.join('\n')}\n\n${table}\n`;
  writeFileSync(path.join(import.meta.dirname, '..', 'results', `${name}.md`), text);
  process.stdout.write(`${text}\n`);
}

function machine(): string {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`;
  const cores = availableParallelism();
  const [, , load = 0] = loadavg();
  const busy =
    load > 2 * cores ? ' The machine was busy with other things: counts are exact, times are not.' : '';
  return `${date}, Node ${process.version}, ${cores} cores (${cpu?.model ?? 'unknown'}), ${memory}, load ${load.toFixed(1)}.${busy}`;
}
