import { unzipSync, zipSync, type Unzipped } from 'fflate';
import { MalformedMessage, readFields, type Field } from './protobuf.ts';

/**
 * A plan file of terraform 0.12 to 1.x: a zip with the plan proper (a protobuf message), the prior state, the whole
 * configuration with its modules, and the lock file.
 */
export interface PlanFile {
  entries: Unzipped;
  plan: Buffer;
  /** The one field that names the place of the state: type, configuration, workspace. */
  backend: Field & { bytes: Buffer };
  backendType: string;
  /** The terraform workspace that the plan was made in. */
  workspace: string;
  /** The number of instances that the plan changes. */
  plannedChanges: number;
}

const PLAN = 'tfplan';
const LOCK_FILE = '.terraform.lock.hcl';
const SUPPORTED_FORMAT = 3;
/** Unpacked; a plan of 5,000 resources has some 10 MB. */
const MAX_BYTES = 1024 ** 3;

/** Field numbers of terraform's planfile.proto. */
const PLAN_FIELD = { format: 1, resourceChange: 3, backend: 13, applyTimeVariable: 28 } as const;
const RESOURCE_CHANGE_FIELD = { change: 9 } as const;
const CHANGE_FIELD = { action: 1 } as const;
const BACKEND_FIELD = { type: 1, workspace: 3 } as const;

/** Undefined when the form of the file is unknown: the caller has a slower way that does not need it. */
export function readPlanFile(bytes: Uint8Array): PlanFile | undefined {
  let total = 0;
  try {
    const entries = unzipSync(bytes, { filter: (entry) => (total += entry.originalSize) <= MAX_BYTES });
    const text = entries[PLAN];
    if (!text || total > MAX_BYTES) return undefined;
    const plan = Buffer.from(text);
    const fields = readFields(plan);
    if (findField(fields, PLAN_FIELD.format).value !== SUPPORTED_FORMAT) return undefined;
    const backend = findField(fields, PLAN_FIELD.backend);
    if (!backend.bytes) return undefined;
    const backendFields = readFields(backend.bytes);
    const backendType = findField(backendFields, BACKEND_FIELD.type).bytes?.toString('utf8') ?? '';
    const workspace = findField(backendFields, BACKEND_FIELD.workspace).bytes?.toString('utf8') ?? '';
    const plannedChanges = fields.filter(
      (f) => f.number === PLAN_FIELD.resourceChange && isChange(f.bytes),
    ).length;
    const found = { ...backend, bytes: backend.bytes };
    return { entries, plan, backend: found, backendType, workspace, plannedChanges };
  } catch {
    // A broken zip or message is an unknown form.
    return undefined;
  }
}

/** The only field with that number. */
function findField(fields: readonly Field[], number: number): Field {
  const [field, second] = fields.filter((each) => each.number === number);
  if (!field || second)
    throw new MalformedMessage(`field ${number} is there ${field ? 'twice' : 'not at all'}`);
  return field;
}

function isChange(resourceChange: Buffer | undefined): boolean {
  if (!resourceChange) return false;
  const change = findField(readFields(resourceChange), RESOURCE_CHANGE_FIELD.change).bytes;
  // NOOP is zero, which the encoding leaves out.
  return (
    change !== undefined && readFields(change).some((f) => f.number === CHANGE_FIELD.action && f.value !== 0)
  );
}

/** The addresses of the providers that the plan was made with, as its lock file names them. */
export function listLockedProviders(file: PlanFile): string[] {
  const lock = Buffer.from(file.entries[LOCK_FILE] ?? '').toString('utf8');
  return [...lock.matchAll(/^provider "([^"]+)"/gm)].map(([, address = '']) => address);
}

/** Names of the ephemeral variables that had a value: the apply needs their values again. */
export function listApplyTimeVariables(file: PlanFile): string[] {
  return readFields(file.plan).flatMap(({ number, bytes }) =>
    number === PLAN_FIELD.applyTimeVariable && bytes ? [bytes.toString('utf8')] : [],
  );
}

const GAP = String.raw`(?:\s|/\*[\s\S]*?\*/|(?:#|//)[^\n]*\n)*`;
/** OpenTofu has a second name for it. */
export const WORKSPACE_NAME = new RegExp(String.raw`\b(?:terraform|tofu)${GAP}\.${GAP}workspace\b`);

/** Whether the root module or any other reads `terraform.workspace`. In JSON with escapes this counts as a yes. */
export function mentionsWorkspaceName(file: PlanFile): boolean {
  return Object.entries(file.entries).some(([name, bytes]) => {
    if (!name.startsWith('tfconfig/')) return false;
    const text = Buffer.from(bytes).toString('utf8');
    return WORKSPACE_NAME.test(text) || (name.endsWith('.json') && /\\u/i.test(text));
  });
}

/**
 * The same plan with another backend, given as the bytes of that field: all other bytes of the plan and all other
 * entries stay unchanged.
 */
export function replaceBackend(file: PlanFile, backend: Buffer): Uint8Array {
  const plan = Buffer.concat([
    file.plan.subarray(0, file.backend.start),
    encodeVarint(PLAN_FIELD.backend * 8 + 2),
    encodeVarint(backend.length),
    backend,
    file.plan.subarray(file.backend.end),
  ]);
  return zipSync({ ...file.entries, [PLAN]: plan }, { level: 1 });
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
