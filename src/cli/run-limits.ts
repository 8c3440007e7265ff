import type { RunnerLimits } from '../runner/settings.ts';
import { usageError } from './cli-error.ts';

const UNITS: Record<string, number> = { '': 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };
const MIB = 1024 ** 2;

/** The limits of a run in the given settings. Errors: one line that names the setting and its form. */
export function readRunLimits(given: (name: string) => string | undefined): Partial<RunnerLimits> {
  const size = (name: string, least: number) => {
    const text = given(name);
    if (text === undefined) return undefined;
    const [, digits = '', unit = ''] = /^(\d{1,9}) ?(|KB|MB|GB|TB)$/i.exec(text) ?? [];
    const bytes = Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
    if (digits === '' || !Number.isSafeInteger(bytes) || bytes < least)
      throw usageError(`${name} must be a size of ${least / MIB}MB or more, like 512MB or 4GB`);
    return bytes;
  };
  const count = (name: string, least: number, most: number) => {
    const text = given(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw usageError(`${name} must be a whole number from ${least} to ${most}`);
    return value;
  };
  const milliseconds = (name: string) => {
    const seconds = count(name, 10, 30 * 86_400);
    return seconds === undefined ? undefined : seconds * 1_000;
  };
  return dropUndefined({
    memoryBytes: size('RUNWRIGHT_RUN_MEMORY', 256 * MIB),
    processes: count('RUNWRIGHT_RUN_PROCESSES', 100, 1_000_000),
    diskBytes: size('RUNWRIGHT_RUN_DISK', 64 * MIB),
    temporaryBytes: size('RUNWRIGHT_RUN_TMP', MIB),
    providerStoreBytes: size('RUNWRIGHT_RUN_PROVIDERS', 64 * MIB),
    logBytes: size('RUNWRIGHT_RUN_LOG', MIB),
    planMs: milliseconds('RUNWRIGHT_RUN_PLAN_TIME'),
    applyMs: milliseconds('RUNWRIGHT_RUN_APPLY_TIME'),
  });
}

function dropUndefined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
