import { ApiError, type Document, type Run } from '@runwright/client';
import type { ApiReader } from '../reading/api-reader.ts';

/** Reads a run with its plan, its apply and its creator; without them on servers that refuse the include. */
export function readRun(reader: ApiReader, runId: string): Promise<Document<Run>> {
  return readWith(reader, runId, ['plan', 'apply', 'created_by']);
}

/** Reads a run with everything that a summary shows. */
export function readWholeRun(reader: ApiReader, runId: string): Promise<Document<Run>> {
  return readWith(reader, runId, ['plan', 'apply', 'created_by', 'workspace', 'cost_estimate']);
}

async function readWith(
  { client, signal }: ApiReader,
  runId: string,
  include: readonly string[],
): Promise<Document<Run>> {
  try {
    return await client.runs.read(runId, { include, signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) return client.runs.read(runId, { signal });
    throw error;
  }
}
