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

/** Agents that have exited are counted nowhere: they left in order. */
export function countAgents(agents: readonly Pick<Agent, 'attributes'>[]): AgentCounts {
  const counts: AgentCounts = { atWork: 0, idle: 0, drained: 0, silent: 0 };
  for (const { attributes: a } of agents) {
    if (a.status === 'busy') counts.atWork += 1;
    else if (a.status === 'unknown' || a.status === 'errored') counts.silent += 1;
    else if (a.status === 'idle' && a['drained-at'] == null) counts.idle += 1;
    else if (a.status === 'idle') counts.drained += 1;
  }
  return counts;
}
