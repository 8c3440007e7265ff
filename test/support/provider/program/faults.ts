/**
 * Faults that a configuration can switch on. Each switch names the moments it is for: `validate`, `configure`, `read`,
 * `plan`, `plan_destroy`, `create`, `created` (the object exists already), `update`, `updated`, `delete`, `import`,
 * `open`, `renew`, `close`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from './messages.ts';
import { Unknown, type ObjectValue, type Value } from './values.ts';

const ERROR = 1;
const WARNING = 2;

/** Aborted when terraform asks the provider to stop. */
export const stopping = new AbortController();

/** An error that is returned to terraform with this message. */
export class Failure extends Error {
  readonly summary: string;
  readonly detail: string;

  constructor(summary: string, detail: string) {
    super(summary);
    this.summary = summary;
    this.detail = detail;
  }
}

export const errorOf = ({ summary, detail }: Failure): Message => ({ severity: ERROR, summary, detail });

/**
 * Waits, hangs, leaks, crashes or fails, as the switches among the attributes say for this moment.
 *
 * @returns warnings
 */
export async function meet(moment: string, attributes: ObjectValue | null): Promise<Message[]> {
  if (attributes === null) return [];
  const has = (name: string) => texts(attributes[name]).includes(moment);
  const signal = attributes['deaf'] === true ? undefined : stopping.signal;

  leak(moment, attributes);
  const delay = (attributes['delay_ms'] as Record<string, number> | null | undefined)?.[moment];
  if (typeof delay === 'number' || typeof delay === 'bigint') await pause(Number(delay), signal, moment);
  if (has('hang_at')) await pause(2 ** 31 - 1, signal, moment);
  if (has('crash_at')) {
    process.stderr.write(`panic: the provider was told to crash at ${moment}\n\ngoroutine 1 [running]:\n`);
    process.exit(2);
  }
  if (has('fail_at')) {
    const secret = texts(attributes['leak_to']).includes('diagnostic')
      ? `: ${shown(attributes['secret'])}`
      : '';
    throw new Failure(`The ${moment} failed`, `The configuration asks for it${secret}.`);
  }
  if (!has('warn_at')) return [];
  return [
    { severity: WARNING, summary: `The ${moment} is doubtful`, detail: 'The configuration asks for it.' },
  ];
}

async function pause(ms: number, signal: AbortSignal | undefined, moment: string): Promise<void> {
  try {
    await sleep(ms, undefined, signal && { signal });
  } catch {
    throw new Failure('The provider was stopped', `It was at ${moment}.`);
  }
}

/** Prints a secret to `stdout` or `stderr` of this program, as careless providers do. */
function leak(moment: string, attributes: ObjectValue): void {
  const targets = texts(attributes['leak_to']);
  const line = `${moment}: the secret is ${shown(attributes['secret'])}\n`;
  if (targets.includes('stdout')) process.stdout.write(line);
  if (targets.includes('stderr')) process.stderr.write(line);
}

function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function shown(value: Value | undefined): string {
  return value === undefined || value instanceof Unknown ? 'unknown' : String(value);
}
