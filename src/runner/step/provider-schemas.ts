import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { collectOutput } from '../log/collected-output.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import { writeDurably } from '../state/write-durably.ts';
import { listProviders, listTypes, type PlanJson } from './plan-json.ts';
import type { Prepared } from './prepared.ts';
import { makeProviderFolder } from './provider-folder.ts';
import { explainExit, runEngine } from './run-engine.ts';
import type { StepContext } from './step-context.ts';
import { StepFailure } from '../step-failure.ts';

const MAX_SCHEMAS_BYTES = 256 * 1024 ** 2;
const MAX_LOCK_BYTES = 4 * 1024 ** 2;
const BUILT_IN = 'terraform.io/builtin/';

/** The schema of the provider itself, and one map for each kind of thing: `resource_schemas`, `action_schemas` … */
const SchemasJson = z.object({
  format_version: z.string().optional(),
  provider_schemas: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type SchemasJson = z.infer<typeof SchemasJson>;

const KeptSchemas = z.object({ key: z.string(), schemas: SchemasJson });

/**
 * `terraform providers schema -json`, cut down to the types that the plan names: the whole of a big provider has many
 * megabytes. It costs one start of terraform, so it is cached: for built-in providers once for each engine, from an
 * empty folder that no run has touched; for others for each workspace alone, because the workspace's own providers
 * answer, and could answer anything.
 */
export async function readProviderSchemas(
  context: StepContext,
  prepared: Prepared,
  plan: PlanJson,
): Promise<Buffer> {
  const isBuiltIn = listProviders(plan).every((name) => name.startsWith(BUILT_IN));
  const { product, version, platform } = prepared.engine;
  const engine = `${product}-${version}-${platform}`;
  const name = isBuiltIn
    ? `built-in-${engine}`
    : hashOf([context.step.organization.name, context.step.workspace.id]);
  const folder = join(context.settings.engine.cacheFolder, 'provider-schemas');
  const file = join(folder, `${name}.json`);
  const key = isBuiltIn ? engine : await keyOf(engine, prepared, plan);

  const kept = await readKept(file);
  if (kept?.key === key) return keepTypes(kept.schemas, plan);
  const schemas = isBuiltIn
    ? await askInEmptyFolder(context, prepared)
    : await askInOwnFolder(context, prepared, plan);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(file, Buffer.from(JSON.stringify({ key, schemas })));
  return keepTypes(schemas, plan);
}

/** A damaged file counts as absent. */
async function readKept(file: string): Promise<z.infer<typeof KeptSchemas> | undefined> {
  try {
    return KeptSchemas.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Computed before the providers are started: they could change the lock file. */
async function keyOf(engine: string, { workingDirectory }: Prepared, plan: PlanJson): Promise<string> {
  const lockFile = join(workingDirectory, '.terraform.lock.hcl');
  const lock = await readLeftFile(workingDirectory, lockFile, MAX_LOCK_BYTES);
  return hashOf([engine, ...listProviders(plan), lock?.toString('latin1') ?? '']);
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Asks only for the built-in providers, in a folder without anything of a run. */
async function askInEmptyFolder(context: StepContext, prepared: Prepared): Promise<SchemasJson> {
  const hostFolder = join(context.folder.root, 'schemas');
  for (const folder of [hostFolder, join(hostFolder, 'home'), join(hostFolder, 'tmp')])
    await mkdir(folder, { mode: 0o700 });
  await writeFile(join(hostFolder, 'main.tf'), 'resource "terraform_data" "any" {}\n');
  const { sandbox } = context;
  const box = { ...prepared.box, hostFolder, innerFolder: sandbox.innerFolder(hostFolder), shownFolders: [] };
  const inner = (hostPath: string) => box.innerFolder + hostPath.slice(hostFolder.length);
  const environment = {
    PATH: prepared.environment['PATH'] ?? '',
    HOME: inner(join(hostFolder, 'home')),
    TMPDIR: sandbox.kind === 'bubblewrap' ? '/tmp' : join(hostFolder, 'tmp'),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TFC_RUN_ID: context.step.run.id,
  };
  return await askEngine(context, { ...prepared, box, inner, workingDirectory: hostFolder, environment });
}

/** Asks for the workspace's providers, in the folder of its run. */
async function askInOwnFolder(
  context: StepContext,
  prepared: Prepared,
  plan: PlanJson,
): Promise<SchemasJson> {
  const workingDirectory = await makeProviderFolder(context.folder.box, prepared, listProviders(plan));
  return await askEngine(context, { ...prepared, workingDirectory });
}

async function askEngine(context: StepContext, prepared: Prepared): Promise<SchemasJson> {
  const command = 'terraform providers schema';
  const output = collectOutput(command, MAX_SCHEMAS_BYTES);
  const errors = collectOutput(command, context.limits.logBytes);
  const exit = await runEngine(context, prepared, {
    args: ['providers', 'schema', '-json'],
    onOutput: output.add,
    onErrors: errors.add,
  });
  if (exit.code !== 0) {
    context.stepLog.write(errors.kept());
    throw explainExit(context, command, exit);
  }
  try {
    return SchemasJson.parse(JSON.parse(output.bytes().toString('utf8')));
  } catch (error) {
    if (error instanceof StepFailure) throw error;
    throw new StepFailure(`${command} printed no schemas of providers`, '', { cause: error });
  }
}

function keepTypes({ format_version, provider_schemas }: SchemasJson, plan: PlanJson): Buffer {
  const types = listTypes(plan);
  // The engine defines the kinds of things; an unknown kind is treated like the known ones.
  const keep = ([kind, schemas]: [string, unknown]): [string, unknown] => {
    if (!kind.endsWith('_schemas') || typeof schemas !== 'object' || schemas === null) return [kind, schemas];
    return [kind, Object.fromEntries(Object.entries(schemas).filter(([type]) => types.has(type)))];
  };
  const kept = Object.entries(provider_schemas).map(([name, each]) => [
    name,
    Object.fromEntries(Object.entries(each).map(keep)),
  ]);
  return Buffer.from(
    JSON.stringify({ format_version, provider_schemas: Object.fromEntries(kept) as unknown }),
  );
}
