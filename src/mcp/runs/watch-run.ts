import type { Document, Run } from '@runwright/client';
import { applyProgressText, watchApply, type ApplyProgress } from './apply-progress.ts';
import { pause } from './pause.ts';
import { readRun } from './read-run.ts';
import { statusOf } from './run-status.ts';
import type { ToolContext } from '../tool/tool-context.ts';

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 5_000;

/** Reads a run repeatedly, with growing pauses, until it reaches its goal or the time is over (mcp §4.1.11). */
export async function watchRun(
  runId: string,
  isThere: (run: Run) => boolean | Promise<boolean>,
  { timeoutS, context }: { timeoutS: number; context: ToolContext },
): Promise<{ document: Document<Run>; waitedS: number; progress: ApplyProgress | undefined }> {
  const startedAtMs = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAtMs) / 100) / 10;
  const readProgress = watchApply(context);
  let progress: ApplyProgress | undefined;
  let document = await readRun(context, runId);
  for (
    let pauseMs = FIRST_PAUSE_MS;
    !(await isThere(document.data));
    pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 1.3)
  ) {
    const leftMs = startedAtMs + timeoutS * 1_000 - Date.now();
    if (leftMs <= 0) break;
    const waited = seconds();
    progress = await readProgress(document);
    const done = progress === undefined ? '' : `, ${applyProgressText(progress)}`;
    const message = `run ${runId} is ${statusOf(document.data)} after ${String(waited)} s${done}`;
    await context.reportProgress(waited, timeoutS, message);
    await pause(Math.min(leftMs, pauseMs * (0.9 + 0.2 * Math.random())), context.signal);
    document = await readRun(context, runId);
  }
  return { document, waitedS: seconds(), progress };
}
