import type { StepVariable } from '../../protocol/agent.ts';
import type { Platform } from '../context.ts';
import type { Row, RunVariableEntry } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { SealedValueProblem } from '../secrets/sealer.ts';
import { readApplicable } from './applicable.ts';
import { chooseEffective } from './rules.ts';
import { valueOf } from './store.ts';

const COLUMN = 'run_variables.sealed_values';

type Readable = Omit<RunVariableEntry, 'value'> & { read: () => string };

/**
 * Decides once, when a run is created, which variables it has: plan and apply use the same ones, whatever changes in
 * between (api-contract §5.4; threat T18). Values of sensitive ones are sealed again, for the run's row, and deleted as
 * soon as the run has ended.
 *
 * @param variablesAs how the run's creator writes its variables
 */
export async function snapshotVariables(
  platform: Platform,
  tx: Tx,
  run: Row<'run'>,
  variablesAs: 'hcl' | 'auto',
): Promise<void> {
  const reaching = await readApplicable(tx, run.workspace_id);
  const effective = chooseEffective<Readable>([
    ...reaching.map(({ origin, variable }) => ({
      origin,
      variable: {
        key: variable.key,
        category: variable.category,
        form: variable.hcl ? ('hcl' as const) : ('string' as const),
        sensitive: variable.sensitive,
        read: () => readable(platform, variable),
      },
    })),
    ...run.variables.map(({ key, value }) => ({
      origin: { kind: 'run' as const },
      variable: {
        key,
        category: 'terraform' as const,
        form: variablesAs,
        sensitive: false,
        read: () => value,
      },
    })),
  ]);
  const secrets: string[] = [];
  const entries = effective.map(({ read, ...entry }): RunVariableEntry => {
    if (!entry.sensitive) return { ...entry, value: read() };
    secrets.push(read());
    return entry;
  });
  await tx
    .insertInto('run_variables')
    .values({
      run_id: run.id,
      entries: JSON.stringify(entries),
      sealed_values:
        secrets.length === 0 ? null : platform.sealer.seal(JSON.stringify(secrets), COLUMN, run.id),
    })
    .execute();
}

export type OpenedVariables = { ok: true; variables: StepVariable[] } | { ok: false; problem: string };

/** The variables that a run was created with, for its runner. */
export async function openRunVariables(
  { sealer }: Platform,
  tx: Tx,
  runId: string,
): Promise<OpenedVariables> {
  const { entries, sealed_values } = await tx
    .selectFrom('run_variables')
    .selectAll()
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow();
  try {
    const secrets =
      sealed_values === null ? [] : (JSON.parse(sealer.open(sealed_values, COLUMN, runId)) as string[]);
    const variables = entries.map((entry) => ({ ...entry, value: entry.value ?? secrets.shift() ?? '' }));
    return { ok: true, variables };
  } catch (error) {
    if (error instanceof SealedValueProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

function readable(platform: Platform, variable: Parameters<typeof valueOf>[1]): string {
  try {
    return valueOf(platform, variable);
  } catch (error) {
    if (!(error instanceof SealedValueProblem)) throw error;
    const detail = `The value of the variable ${variable.key} cannot be read: ${error.message}. Write it again.`;
    return refuse('unprocessable', detail);
  }
}
