import type { Document, Run } from '@runwright/client';
import { obstacleOf, type Obstacle } from './run-obstacle.ts';
import { actorsOf } from './run-people.ts';
import { waitText } from './run-waits.ts';
import type { ApiReader } from '../reading/api-reader.ts';

/** Facts that a run's own document does not have: its obstacle, and the people who acted on it. */
export interface RunStanding {
  readonly obstacle: Obstacle | undefined;
  /** The reason why no runner has taken the run. */
  readonly waits?: string | undefined;
  readonly actors: Readonly<Record<string, string>>;
}

export async function standingOf(document: Document<Run>, reader: ApiReader): Promise<RunStanding> {
  return {
    obstacle: await obstacleOf(document.data, reader),
    waits: await waitText(document.data, reader),
    actors: await actorsOf(document, reader),
  };
}
