import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPlanFile } from '../plan-file/plan-file.ts';
import { openStateEndpoint } from '../state/state-endpoint.ts';
import { writeDurably } from '../state/write-durably.ts';
import type { Prepared } from './prepared.ts';
import { runEngine } from './run-engine.ts';
import type { StepContext } from './step-context.ts';

const PROBE_TEXT = 'terraform {\n  backend "http" {}\n}\n';

/**
 * The bytes of an empty http backend in this engine's plan files, taken from an empty plan, once for each version.
 * Undefined when that fails; the local backend is used then.
 */
export async function getHttpBackendPointer(
  context: StepContext,
  prepared: Prepared,
): Promise<Buffer | undefined> {
  const { product, version } = prepared.engine;
  const folder = join(context.settings.engine.cacheFolder, 'http-backend');
  const cacheFile = join(folder, `${product}-${version}`);
  const cached = await readFile(cacheFile).catch(() => undefined);
  if (cached) return cached;

  const pointer = await probe(context, prepared);
  if (!pointer) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(cacheFile, pointer);
  return pointer;
}

async function probe(context: StepContext, prepared: Prepared): Promise<Buffer | undefined> {
  // A separate box: nothing of the run is in it.
  const workingDirectory = join(context.folder.root, 'probe');
  await mkdir(join(workingDirectory, 'tmp'), { recursive: true, mode: 0o700 });
  await writeFile(join(workingDirectory, 'main.tf'), PROBE_TEXT);
  const endpoint = await openStateEndpoint(join(context.folder.root, 'probe.tfstate'));
  await context.network?.show(endpoint.address);
  const { sandbox } = context;
  const innerFolder = sandbox.innerFolder(workingDirectory);
  const own: Prepared = {
    ...prepared,
    workingDirectory,
    box: { ...prepared.box, hostFolder: workingDirectory, innerFolder, shownFolders: [] },
    inner: (hostPath) => innerFolder + hostPath.slice(workingDirectory.length),
  };
  const environment = {
    ...onlyOwn(prepared.environment),
    HOME: innerFolder,
    TF_HTTP_ADDRESS: endpoint.address,
  };
  try {
    for (const args of [
      ['init', '-input=false'],
      ['plan', '-input=false', '-lock=false', '-out=probe.tfplan'],
    ]) {
      const ignore = () => {};
      const call = { args, environment, onOutput: ignore, onErrors: ignore };
      const exit = await runEngine(context, own, call);
      if (exit.code !== 0) return undefined;
    }
    const file = readPlanFile(await readFile(join(workingDirectory, 'probe.tfplan')));
    return file?.backendType === 'http' ? file.backend.bytes : undefined;
  } finally {
    await endpoint.close();
  }
}

/** Leaves the run's variables out: the answer is kept for other runs. */
function onlyOwn(environment: Record<string, string>): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TF_CLI_CONFIG_FILE', 'TF_IN_AUTOMATION', 'CHECKPOINT_DISABLE'];
  return Object.fromEntries(names.map((name) => [name, environment[name] ?? '']));
}
