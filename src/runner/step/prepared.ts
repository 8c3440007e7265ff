import { createWriteStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { InputName } from '../../protocol/agent.ts';
import { mirrorPathOf } from '../../protocol/mirror-path.ts';
import { unpackConfiguration } from '../configuration/unpack.ts';
import { resolveWorkingDirectory } from '../configuration/working-directory.ts';
import { writeCliConfig } from '../configuration/cli-config.ts';
import { findLocalMirrors, type LocalMirror } from '../configuration/local-mirrors.ts';
import { findEngine } from '../engines/find-engine.ts';
import type { Engine } from '../engines/engine.ts';
import type { StepNetwork } from '../network/step-network.ts';
import { ServerAway } from '../protocol/errors.ts';
import { retry } from '../protocol/retry.ts';
import type { Box, ShownFolder } from '../sandbox/sandbox.ts';
import { parseState, type StateSnapshot } from '../state/state-file.ts';
import { locateStates, placePriorState, type StateLocations } from '../state/state-locations.ts';
import { settleAll } from '../settle.ts';
import { readAuthorities } from '../variables/authorities.ts';
import { makeEnvironment } from '../variables/environment.ts';
import { formatHeader } from '../../protocol/log-text.ts';
import type { StepContext } from './step-context.ts';
import { pluginFolders } from './step-folder.ts';
import { StepFailure } from '../step-failure.ts';

/** A folder in which the engine can be started. */
export interface Prepared {
  engine: Engine;
  box: Box & { shownFolders: ShownFolder[] };
  /** Folders that replace registries as the source of providers. */
  mirrors: LocalMirror[];
  /** The unpacked configuration, and its folder that terraform runs in; both on the host. */
  root: string;
  workingDirectory: string;
  /** Without the name of a workspace, which depends on the place of the state (state-access.ts). */
  environment: Record<string, string>;
  /** As the run sees it; undefined where the run trusts only the system's authorities. */
  authoritiesFile: string | undefined;
  priorState: StateSnapshot | undefined;
  locations: StateLocations;
  /** The path of the same file as the run sees it. */
  inner(hostPath: string): string;
}

/** Terraform's own rule for names of workspaces; such a name is safe as the name of a folder. */
const WORKSPACE_NAME = /^[A-Za-z0-9_-]{1,90}$/;

async function openStepNetwork({
  waitingNetwork,
  step,
  folder,
}: StepContext): Promise<StepNetwork | undefined> {
  try {
    return await waitingNetwork.use(step, folder.root);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepFailure('The network of this run cannot be made', reason, { cause: error });
  }
}

/** Fetches a step's inputs and lays them out. Writes the log's header as soon as the engine is known. */
export async function prepare(context: StepContext): Promise<Prepared> {
  const { step, folder, sandbox } = context;
  const { workspace, inputs } = step;
  if (!WORKSPACE_NAME.test(workspace.name)) {
    throw new StepFailure(
      `The workspace name ${JSON.stringify(workspace.name)} cannot be used with terraform`,
    );
  }
  const archive = join(folder.root, 'configuration.tar.gz');
  const priorFile = join(folder.root, 'prior.tfstate');
  const [engine, stepNetwork] = await settleAll([
    findEngine({ version: step.engineVersion, product: step.engine }, context.settings.engine),
    openStepNetwork(context),
    fetchInput(context, 'configuration', archive),
    inputs.state && fetchInput(context, 'state', priorFile),
  ] as const);
  context.engine = engine;
  context.network = stepNetwork;
  const network = stepNetwork?.box;
  context.stepLog.write(Buffer.from(formatHeader(engine)));

  const root = join(folder.box, 'configuration');
  await unpackConfiguration(archive, root, context.limits);
  const workingDirectory = await resolveWorkingDirectory(root, workspace.workingDirectory);
  const priorState = inputs.state ? parseState(await readFile(priorFile)) : undefined;
  if (inputs.state && !priorState) throw new StepFailure('The prior state is no whole state file');
  const locations = locateStates(workingDirectory, folder, workspace.name);
  await placePriorState(locations, priorState?.bytes);
  await mkdir(join(folder.box, 'files'), { mode: 0o700 });

  const cliConfigFile = join(folder.root, 'terraformrc');
  const innerFolder = sandbox.innerFolder(folder.box);
  const inner = (hostPath: string) => innerFolder + hostPath.slice(folder.box.length);
  const mirrors = await findLocalMirrors(workingDirectory, inner);
  await configureEngine(context, cliConfigFile, mirrors, inner);
  const box = {
    hostFolder: folder.box,
    innerFolder,
    cliConfigFile,
    shownFolders: [],
    ...(network && { network }),
  };
  const placed = await placeAuthorities(context);
  const authoritiesFile = placed && inner(placed);
  const environment = makeEnvironment(step, {
    homeFolder: inner(join(folder.box, 'home')),
    temporaryFolder: sandbox.kind === 'bubblewrap' ? '/tmp' : join(folder.box, 'tmp'),
    cliConfigFile: sandbox.innerCliConfigFile(cliConfigFile),
    ...(authoritiesFile !== undefined && { authoritiesFile }),
  });
  if (step.run.debuggingMode) {
    environment['TF_LOG'] = 'TRACE';
    environment['TF_LOG_PATH'] = inner(join(folder.box, 'debug.log'));
  }
  return {
    ...{ engine, box, mirrors, root, workingDirectory, environment, authoritiesFile },
    ...{ priorState, locations, inner },
  };
}

/** Copies the file into the step's folder: of the host's folders a run sees only those of the system. */
async function placeAuthorities({ folder, log }: StepContext): Promise<string | undefined> {
  const { certificates, unreadable } = await readAuthorities(process.env);
  for (const file of unreadable) log('warn', 'certificates that runs should trust cannot be read', { file });
  if (certificates === undefined) return undefined;
  const file = join(folder.box, 'authorities.pem');
  await writeFile(file, certificates, { mode: 0o644 });
  return file;
}

/** Writes the engine's own configuration: the sources of providers, and the run's token. */
export async function configureEngine(
  { step, settings, folder }: StepContext,
  file: string,
  mirrors: readonly LocalMirror[],
  inner: Prepared['inner'],
): Promise<void> {
  const others = settings.isSealed
    ? { folder: inner(pluginFolders(folder).mirror) }
    : settings.usesMirror
      ? { mirror: mirrorOf(step, settings.url) }
      : undefined;
  await writeFile(file, writeCliConfig(step.runToken, settings.url, mirrors, others), { mode: 0o600 });
}

/** Terraform uses mirrors over https only, so the address may differ from the runner's own address of the server. */
function mirrorOf({ runToken, organization }: StepContext['step'], runnerUrl: string): string {
  const server = [runnerUrl, runToken?.serverUrl].find((url) => url?.startsWith('https:'));
  if (server === undefined)
    throw new StepFailure(
      'Providers cannot be taken from the mirror of the server',
      `Terraform does so over https only, and this runner reaches the server at ${runnerUrl}. Give the server a certificate, or import providers here.`,
    );
  return new URL(mirrorPathOf(organization.name), server).href;
}

/** Streams an input into a file, and checks its digest against the step's (threats T18). */
export async function fetchInput(context: StepContext, name: InputName, file: string): Promise<void> {
  const { client, step, limits } = context;
  const expected = step.inputs[name];
  if (!expected) throw new StepFailure(`The step has no ${name}`);
  const digest = await retry(
    async () => {
      const response = await client.readInput(step, name);
      const hash = createHash('sha256');
      const meter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
      try {
        await pipeline(response, meter, createWriteStream(file, { mode: 0o600 }));
      } catch (error) {
        throw new ServerAway(`reading the ${name} broke off`, { cause: error });
      }
      return hash.digest('hex');
    },
    { forMs: limits.deliveryMs },
  );
  if (digest !== expected.sha256) {
    const detail = `Its SHA-256 is ${digest}; the run was made with ${expected.sha256}.`;
    throw new StepFailure(`The ${name} is not the one this run was made with`, detail);
  }
}
