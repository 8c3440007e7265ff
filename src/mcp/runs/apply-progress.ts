import { ApiError, relatedId, type Document, type Run } from '@runwright/client';
import { countsOf } from './run-status.ts';
import type { ApiReader } from '../reading/api-reader.ts';
import { cleanLine } from '../logs/clean-line.ts';
import { LogLines } from '../logs/log-lines.ts';

/** The progress of an apply, from its log: completed changes of all planned ones. */
export interface ApplyProgress {
  readonly done: number;
  readonly planned: number;
}

const DONE = /: (?:Creation|Modifications|Destruction|Import) complete\b/;

/** Continues to read the log of a run's apply; undefined while nothing is applied. */
export function watchApply({
  client,
  signal,
}: ApiReader): (document: Document<Run>) => Promise<ApplyProgress | undefined> {
  const lines = new LogLines();
  let [offset, done] = [0, 0];
  return async (document) => {
    const applyId = relatedId(document.data, 'apply');
    if (document.data.attributes.status !== 'applying' || applyId === undefined) return undefined;
    try {
      const { chunks } = await client.applies.openLog(applyId, { offset, signal });
      for await (const chunk of chunks) {
        offset += chunk.length;
        for (const line of lines.push(chunk)) if (DONE.test(cleanLine(line))) done += 1;
      }
    } catch (error) {
      // The wait is for the run: an unreadable log only means fewer facts.
      if (!(error instanceof ApiError)) throw error;
    }
    const counts = countsOf(document);
    const number = (name: string): number => {
      const count = counts[`planned_${name}`];
      return typeof count === 'number' ? count : 0;
    };
    const planned = number('additions') + number('changes') + number('destructions');
    return { done: Math.min(done, planned), planned };
  };
}

/** `120 of 5000 changes done`. */
export const applyProgressText = ({ done, planned }: ApplyProgress): string =>
  `${String(done)} of ${String(planned)} changes done`;
