import type { Agent } from '@runwright/client';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, type Terminal } from '../terminal.ts';

type Flags = ConnectionFlags & { readonly json?: true };

/** All agents of an organization's pools, as a line each. */
export async function listAgents(organization: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const all: { pool: string; agent: Agent }[] = [];
  for await (const pool of client.agentPools.each(organization))
    for (let pageNumber: number | null = 1; pageNumber !== null;) {
      const page = await client.agentPools.agents(pool.id, { pageNumber, pageSize: 100 });
      all.push(...page.data.map((agent) => ({ pool: pool.attributes.name, agent })));
      pageNumber = page.meta?.pagination?.['next-page'] ?? null;
    }
  if (flags.json === true) {
    const shown = all.map(({ pool, agent }) => ({ id: agent.id, pool, ...agent.attributes }));
    terminal.print(JSON.stringify({ agents: shown }, null, 2));
    return EXIT.ok;
  }
  if (all.length === 0) terminal.print('No agent has asked for work.');
  for (const { pool, agent } of all) terminal.print(printable(line(agent, `${pool}/`)));
  return EXIT.ok;
}

export async function changeAgent(
  id: string,
  action: 'drain' | 'resume',
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const agent =
    action === 'drain' ? await client.agentPools.drainAgent(id) : await client.agentPools.resumeAgent(id);
  if (flags.json === true)
    terminal.print(JSON.stringify({ agent: { id: agent.id, ...agent.attributes } }, null, 2));
  else terminal.print(printable(line(agent)));
  return EXIT.ok;
}

function line({ id, attributes: a }: Agent, pool = ''): string {
  const since = a['drained-at'] ?? null;
  const work = a.status === 'busy' ? 'finishes what it works on' : 'has nothing left to do';
  const drained = since === null ? '' : `  drained since ${since}, ${work}`;
  return `${id}  ${pool}${a.name ?? ''}  ${a.status}${drained}`;
}
