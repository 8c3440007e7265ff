import { ApiError, isFinalRun, relatedId } from '@runwright/client';
import type { ToolContext } from '../../tool/tool-context.ts';

/** The runs before a pending one: the run that holds the workspace, and those queued earlier. */
export async function displacedBy(runId: string, { client, signal }: ToolContext): Promise<string[]> {
  try {
    const run = (await client.runs.read(runId, { signal })).data;
    const workspaceId = relatedId(run, 'workspace');
    if (workspaceId === undefined) return [];
    const page = await client.runs.listInWorkspace(workspaceId, {
      statusGroup: 'non_final',
      pageSize: 100,
      signal,
    });
    const createdAt = run.attributes['created-at'] ?? '';
    return page.data
      .filter((other) => other.id !== runId && !isFinalRun(other) && other.attributes['plan-only'] !== true)
      .filter((other) => (other.attributes['created-at'] ?? '') <= createdAt)
      .map((other) => other.id);
  } catch (error) {
    // The runs are only shown: if reading them fails, the action itself reports the error.
    if (error instanceof ApiError) return [];
    throw error;
  }
}
