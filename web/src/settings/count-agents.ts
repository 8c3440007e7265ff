import type { Agent } from '@runwright/client';

export interface AgentCounts {
  atWork: number;
  /** Take the next step. */
  idle: number;
  /** Are given no new steps, and may still be at work: these are counted there. */
  drained: number;
  /** Have not asked for work for some time and did not say that they leave. */
  silent: number;
}

export const isDrained = ({ attributes }: Pick<Agent, 'attributes'>): boolean =>
  typeof attributes['drained-at'] === 'string';

/** Agents that have exited are counted nowhere: they left in order. */
export function countAgents(agents: readonly Pick<Agent, 'attributes'>[]): AgentCounts {
  const counts: AgentCounts = { atWork: 0, idle: 0, drained: 0, silent: 0 };
  for (const agent of agents) {
    const { status } = agent.attributes;
    if (status === 'busy') counts.atWork += 1;
    else if (status === 'unknown' || status === 'errored') counts.silent += 1;
    else if (status === 'idle') counts[isDrained(agent) ? 'drained' : 'idle'] += 1;
  }
  return counts;
}
