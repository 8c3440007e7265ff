import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLeftFile } from '../sandbox/left-file.ts';
import { writeDurably } from '../state/write-durably.ts';
import { listProviders, listTypes, type PlanJson } from './plan-json.ts';
import type { Prepared } from './prepared.ts';
import { makeProviderFolder } from './provider-folder.ts';
import { explainExit, runEngine } from './run-engine.ts';
import type { StepContext } from './step-context.ts';

interface SchemasJson {
  format_version?: string;
  provider_schemas?: Record<string, ProviderSchemas>;
}

/** Beside the schema of the provider itself one map for each kind of thing: `resource_schemas`, `action_schemas` … */
type ProviderSchemas = Record<string, unknown>;

/**
 * `terraform providers schema -json`, cut down to the types the plan names: whole, that of a big provider has many
 * megabytes. The whole is kept for each engine version, lock file and set of providers, so that it costs one start of
 * terraform the first time only. The key is made from the lock file as it is afterwards: terraform has then checked
 * the providers against that very text, whatever the run did to the folder.
 */
export async function readProviderSchemas(
  context: StepContext,
  prepared: Prepared,
  plan: PlanJson,
): Promise<Buffer> {
  const folder = join(context.settings.engine.cacheFolder, 'provider-schemas');
  const cached = await readFile(join(folder, await cacheKey(prepared, plan))).catch(() => undefined);
  if (cached) return keepTypes(cached, plan);

  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  const workingDirectory = await makeProviderFolder(context.folder.box, prepared, listProviders(plan));
  const exit = await runEngine(
    context,
    { ...prepared, workingDirectory },
    {
      args: ['providers', 'schema', '-json'],
      onOutput: (lines) => void chunks.push(lines),
      onErrors: (lines) => void errors.push(lines),
    },
  );
  if (exit.code !== 0) {
    context.stepLog.write(Buffer.concat(errors));
    throw explainExit(context, 'terraform providers schema', exit);
  }
  const whole = Buffer.concat(chunks);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(join(folder, await cacheKey(prepared, plan)), whole);
  return keepTypes(whole, plan);
}

async function cacheKey({ engine, workingDirectory }: Prepared, plan: PlanJson): Promise<string> {
  const lock = await readLeftFile(workingDirectory, join(workingDirectory, '.terraform.lock.hcl'));
  const hash = createHash('sha256');
  for (const part of [engine.product, engine.version, engine.platform, ...listProviders(plan)])
    hash.update(`${part}\n`);
  return `${hash.update(lock ?? '').digest('hex')}.json`;
}

function keepTypes(whole: Buffer, plan: PlanJson): Buffer {
  const types = listTypes(plan);
  // What kinds of things there are is the engine's business; a kind that is new here is kept like those that are known.
  const keep = ([kind, schemas]: [string, unknown]): [string, unknown] => {
    if (!kind.endsWith('_schemas') || typeof schemas !== 'object' || schemas === null) return [kind, schemas];
    return [kind, Object.fromEntries(Object.entries(schemas).filter(([type]) => types.has(type)))];
  };
  const { format_version, provider_schemas = {} } = JSON.parse(whole.toString('utf8')) as SchemasJson;
  const kept = Object.entries(provider_schemas).map(([name, each]) => [
    name,
    Object.fromEntries(Object.entries(each).map(keep)),
  ]);
  return Buffer.from(
    JSON.stringify({ format_version, provider_schemas: Object.fromEntries(kept) as unknown }),
  );
}
