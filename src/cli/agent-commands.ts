import type { Command } from 'commander';
import { example, withConnection } from './command-parts.ts';
import type { SetExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

const ACTIONS = [
  ['drain', 'Give an agent no new runs; those that it works on go on to their end.'],
  ['resume', 'Give a drained agent runs again.'],
] as const;

/** `runwright agents …`: the agents of an organization's pools (docs/production.md). */
export function addAgentCommands(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  const agents = program
    .command('agents')
    .description('List the agents of agent pools, and take one out of use before its machine is stopped.')
    .addHelpText('after', '\nExample:\n  runwright agents list acme');

  withConnection(agents.command('list').argument('<organization>'))
    .description('List agents with their pools, whether they are busy, and whether they are drained.')
    .addHelpText('after', example('runwright agents list acme'))
    .action(async (organization: string, flags) => {
      const { listAgents } = await import('./commands/agents.ts');
      setExitCode(await listAgents(organization, flags, terminal));
    });

  for (const [action, description] of ACTIONS)
    withConnection(agents.command(action).argument('<agent>', 'agent-…'))
      .description(description)
      .addHelpText('after', example(`runwright agents ${action} agent-SihZTyXKfNXUWuUa`))
      .action(async (agent: string, flags) => {
        const { changeAgent } = await import('./commands/agents.ts');
        setExitCode(await changeAgent(agent, action, flags, terminal));
      });
}
