import type { Step } from '../../protocol/agent.ts';

/** No usage reports; everything else is terraform's default. */
const ALWAYS = 'disable_checkpoint = true\n';
const SERVICES = ['tfe.v2', 'tfe.v2.1', 'tfe.v2.2', 'state.v2'];

/** A name that terraform takes as a host: with another one in it the whole file, and so every command, would fail. */
const HOST =
  /^(?!.*(?:^|\.)(?!xn--)..--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d+)?$/;

/**
 * Terraform's CLI configuration for one step: the run's token for the server, by the name that configurations call it
 * by and by the one that the runner reaches it by (api-contract §5.14). Terraform asks a host for its services over
 * https only, so that those of a server on plain http are written down as well.
 */
export function writeCliConfig(runToken: Step['runToken'], runnerUrl: string): string {
  if (runToken === null) return ALWAYS;
  const servers = new Map([runnerUrl, runToken.serverUrl].map((url) => [new URL(url).host, new URL(url)]));
  const blocks = [...servers].flatMap(([host, { protocol, origin }]) => {
    if (!HOST.test(host)) return [];
    const credentials = `credentials ${quote(host)} {\n  token = ${quote(runToken.secret)}\n}\n`;
    if (protocol === 'https:') return [credentials];
    const services = SERVICES.map((name) => `    ${quote(name)} = ${quote(`${origin}/api/v2/`)}\n`).join('');
    return [credentials, `host ${quote(host)} {\n  services = {\n${services}  }\n}\n`];
  });
  return [ALWAYS, ...blocks].join('\n');
}

const quote = (text: string): string => JSON.stringify(text);
