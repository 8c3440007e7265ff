import { ApiError, type Document, type Run } from '@runwright/client';
import type { ToolContext } from './tool-context.ts';

/** Reads a run with its plan's counts; without them on servers that refuse the include. */
export async function readRun({ client, signal }: ToolContext, runId: string): Promise<Document<Run>> {
  try {
    return await client.runs.read(runId, { include: ['plan'], signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) return client.runs.read(runId, { signal });
    throw error;
  }
}
