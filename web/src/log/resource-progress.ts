import type { Diagnostic } from './diagnostic.ts';

/** The progress of an apply on one resource, from its log. */
export interface ResourceProgress {
  state: 'applying' | 'done' | 'failed';
  seconds: number;
  /** The problem of the resource. */
  problem?: string;
}

interface HookLine {
  type?: string;
  hook?: { resource?: { addr?: string }; elapsed_seconds?: number };
}

/** Records the progress in one line of a structured log. */
export function noteProgress(written: string, progress: Map<string, ResourceProgress>): void {
  if (!written.startsWith('{') || !written.includes('"type":"apply_')) return;
  let line: HookLine;
  try {
    line = JSON.parse(written) as HookLine;
  } catch {
    // The line was cut off.
    return;
  }
  const address = line.hook?.resource?.addr;
  const state = STATES[line.type ?? ''];
  if (address === undefined || state === undefined) return;
  const before = progress.get(address);
  const seconds = Math.max(line.hook?.elapsed_seconds ?? 0, before?.seconds ?? 0);
  progress.set(address, { ...before, state, seconds });
}

/** Records a problem of a resource. */
export function noteProblem(diagnostic: Diagnostic, progress: Map<string, ResourceProgress>): void {
  const { address, severity, summary, detail } = diagnostic;
  if (address === undefined || severity !== 'error') return;
  const seconds = progress.get(address)?.seconds ?? 0;
  progress.set(address, { state: 'failed', seconds, problem: `${summary}. ${detail}`.trim() });
}

const STATES: Readonly<Record<string, ResourceProgress['state']>> = {
  apply_start: 'applying',
  apply_progress: 'applying',
  apply_complete: 'done',
  apply_errored: 'failed',
};
