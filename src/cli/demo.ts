/**
 * `npm run demo`: all steps of a run on this machine, from an empty folder to outputs. Exits with 0 when every step
 * worked, and with 1 and the reason when one did not. Leaves nothing behind. A slow machine gets the time it needs:
 * the demo gives up only when nothing has happened for a while.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type Run } from '@runwright/client';
import { outputLines } from './commands/run-outputs.ts';
import { findProgramFolder } from './program-folder.ts';
import { startServerProcess } from './demo/server-process.ts';
import { createStoryteller } from './demo/tell.ts';
import { openToolSession } from './demo/tool-session.ts';
import { startWatchdog, type Watchdog } from './demo/watchdog.ts';
import { followRun } from './run/follow-run.ts';
import { createTerminal, printable, type Terminal } from './terminal.ts';
import { uploadFolder } from './upload/upload-folder.ts';

/** The demo gives up after this much time without progress. */
const SILENCE_MS = 90_000;
/** Stopping all processes may take this long after the last step. */
const CLEAN_UP_MS = 20_000;
const ORGANIZATION = 'demo';
const WORKSPACE = 'servers';
const USED_TOOLS = ['create_run', 'apply_run'] as const;

type CleanUp = () => Promise<unknown>;

async function tellDemo(terminal: Terminal, cleanUps: CleanUp[], { signal, moved }: Watchdog): Promise<void> {
  const { step, detail } = createStoryteller(terminal, 7);
  const root = findProgramFolder();
  const program = path.join(root, 'bin', 'runwright');
  const adminToken = randomBytes(24).toString('base64url');

  const server = await step('Start a server on an empty data folder', async () => {
    const homeFolder = await mkdtemp(path.join(tmpdir(), 'runwright-demo-'));
    cleanUps.unshift(() => rm(homeFolder, { recursive: true, force: true, maxRetries: 3 }));
    const started = await startServerProcess({
      program,
      homeFolder,
      adminToken,
      signal,
      onLine: (line) => {
        moved();
        if (line.startsWith('Still starting')) detail(line);
      },
    });
    cleanUps.unshift(() => started.stop());
    detail(`${started.address}, data in ${homeFolder}`);
    return started;
  });
  const client = createClient({ address: server.address, token: adminToken, userAgent: 'runwright-demo' });

  const workspace = await step('Create an organization and a workspace', async () => {
    await client.organizations.create({ name: ORGANIZATION, email: 'demo@example.com' }, { signal });
    const created = await client.workspaces.create(
      ORGANIZATION,
      // Terraform's text output, for people.
      { name: WORKSPACE, 'structured-run-output-enabled': false },
      { signal },
    );
    detail(`${ORGANIZATION}/${WORKSPACE} is ${created.id}`);
    return created;
  });

  await step('Upload the configuration in examples/servers', async () => {
    const uploaded = await uploadFolder(client, workspace.id, path.join(root, 'examples', 'servers'), {});
    detail(`${String(uploaded.fileCount)} files became ${uploaded.configurationVersionId}`);
  });

  const tools = await step('Connect an MCP client, as an AI agent does', async () => {
    const session = await openToolSession(program, server.address, adminToken);
    cleanUps.unshift(() => session.close());
    detail(`${String(session.toolNames.length)} tools, ${USED_TOOLS.join(' and ')} among them`);
    return session;
  });

  const runId = await step('Plan: the tool create_run, and the run as it happens', async () => {
    const summary = await tools.call('create_run', {
      workspace_id: workspace.id,
      params: {
        message: 'Four servers for the demo',
        variables: [
          { key: 'environment', value: '"demo"' },
          { key: 'server_count', value: '4' },
        ],
      },
    });
    const id = String(summary['id']);
    detail(`create_run answers: ${id} is ${String(summary['status'])}`);
    const run = await followRun(client, indent(terminal), id, { until: 'settled', intervalMs: 150, signal });
    requireStatus(run, ['planned']);
    return id;
  });

  await step('Apply: the tool apply_run', async () => {
    const summary = await tools.call('apply_run', { run_id: runId, comment: 'Approved by the demo' });
    detail(
      `apply_run answers: it was ${String(summary['previous_status'])} and is ${String(summary['status'])}`,
    );
    const run = await followRun(client, indent(terminal), runId, {
      until: 'final',
      logs: 'apply',
      intervalMs: 150,
      signal,
    });
    requireStatus(run, ['applied']);
  });

  await step('Read the outputs that terraform made', async () => {
    const outputs = await client.stateVersions.currentOutputs(workspace.id, { signal });
    if (outputs.length === 0) throw new Error('there are no outputs');
    for (const line of outputLines(outputs)) detail(line);
  });
}

function indent(terminal: Terminal): Terminal {
  return {
    ...terminal,
    print: (line) => {
      terminal.print(`  ${line}`);
    },
  };
}

function requireStatus(run: Run, expected: readonly string[]): void {
  const { status } = run.attributes;
  if (expected.includes(status)) return;
  throw new Error(`the run is ${status}, and should be ${expected.join(' or ')}; its log above says why`);
}

async function runDemo(plain: Terminal): Promise<number> {
  const startedMs = performance.now();
  const watchdog = startWatchdog(SILENCE_MS);
  const terminal: Terminal = {
    ...plain,
    print: (line) => {
      watchdog.moved();
      plain.print(line);
    },
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      watchdog.end(new Error(`stopped by ${name}`));
    });
  }

  const cleanUps: CleanUp[] = [];
  let failure: unknown;
  try {
    await Promise.race([tellDemo(terminal, cleanUps, watchdog), watchdog.ended]);
  } catch (error) {
    failure = error;
  }
  watchdog.stop();
  // The last resort for a clean-up that never ends.
  const lastResort = setTimeout(() => process.exit(1), CLEAN_UP_MS);
  for (const cleanUp of cleanUps) {
    await cleanUp().catch((error: unknown) => {
      failure ??= error;
    });
  }
  clearTimeout(lastResort);

  if (failure !== undefined) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    terminal.note(`\n${terminal.style('red', 'The demo failed:')} ${printable(reason)}`);
    return 1;
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  terminal.print(
    `\n${terminal.style('green', 'Done')} in ${seconds} s. The server is stopped and its folder removed.`,
  );
  terminal.print('Next: npm start, then open the address it prints.');
  return 0;
}

process.exitCode = await runDemo(
  createTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env }),
);
