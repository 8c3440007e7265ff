/**
 * The wire between the server and the programs that execute runs (docs/adr/0004-agent-protocol.md).
 *
 * Plain JSON over HTTPS, below {@link AGENT_PATH}, `Authorization: Bearer <agent token>`.
 * A claimed step is guarded by a lease: every later call carries it in the header {@link LEASE_HEADER}, and a call
 * with a lease that is no longer the step's answers 409. Every call may be repeated: an offset, a digest or the
 * recorded outcome makes the second one a no-op.
 *
 * | call | request | answer |
 * |---|---|---|
 * | `POST /claim` | {@link ClaimRequest} | 200 {@link Step}, or 204 when `waitMs` passed without work |
 * | `POST /exit` | {@link ExitRequest} | 200; the agent takes no more steps |
 * | `GET /steps/:id/inputs/:name` | | 200 bytes (`configuration`, `state`, `plan`, `folder`) |
 * | `POST /steps/:id/heartbeat` | {@link HeartbeatRequest} | 200 {@link HeartbeatReply}, held until a signal or `waitMs` |
 * | `PUT /steps/:id/log?offset=N` | bytes | 200 or 409 {@link LogReply}; bytes the server has already are skipped |
 * | `PUT /steps/:id/state?sequence=N` | a whole state file | 200; the one of the highest N becomes the state when the step ends, however it ends |
 * | `PUT /steps/:id/artifacts/:name` | bytes | 200 {@link ArtifactReply} |
 * | `POST /steps/:id/finish` | {@link FinishRequest} | 200; nothing of the step may follow but a late state |
 */
import * as z from 'zod';
import { RiskFindings } from './plan-risk.ts';

export const AGENT_PATH = '/api/agent/v1';
export const AGENT_PROTOCOL = 1;
export const LEASE_HEADER = 'runwright-lease';

const Identity = z.string().regex(/^[\w-]{1,64}$/, 'must be up to 64 letters, digits, - and _');

const Platform = z.string().regex(/^[a-z0-9]{1,32}_[a-z0-9]{1,32}$/, 'must be like linux_amd64');

export const ClaimRequest = z.strictObject({
  protocol: z.literal(AGENT_PROTOCOL),
  /** What people see as the runner's name: usually the host's. */
  name: z.string().min(1).max(100),
  /** Each process chooses its own, so that two on hosts of one name are two. The name where it is missing. */
  identity: Identity.optional(),
  /** It is given no apply of a plan that was made on another one. */
  platform: Platform.optional(),
  waitMs: z.int().min(0).max(60_000).default(0),
});
export type ClaimRequest = z.infer<typeof ClaimRequest>;

export const ExitRequest = z.strictObject({ identity: Identity });

/** Who makes the engine. Their versions say nothing of each other. */
export const EngineProduct = z.enum(['terraform', 'opentofu']);
export type EngineProduct = z.infer<typeof EngineProduct>;

/** `auto`: the text is an HCL literal when all of it parses as one, else a plain string. */
export const StepVariable = z.strictObject({
  key: z.string(),
  value: z.string(),
  category: z.enum(['terraform', 'env']),
  form: z.enum(['hcl', 'string', 'auto']),
  sensitive: z.boolean(),
});
export type StepVariable = z.infer<typeof StepVariable>;

const Input = z.strictObject({ sha256: z.string(), sizeBytes: z.int() });

export const Step = z.strictObject({
  protocol: z.literal(AGENT_PROTOCOL),
  /** The plan's or apply's id: `plan-…` or `apply-…`. */
  id: z.string(),
  phase: z.enum(['plan', 'apply']),
  lease: z.string(),
  /** Without a heartbeat for this long the server takes the step for lost. */
  leaseMs: z.int(),
  run: z.strictObject({
    id: z.string(),
    isDestroy: z.boolean(),
    refresh: z.boolean(),
    refreshOnly: z.boolean(),
    planOnly: z.boolean(),
    allowConfigGeneration: z.boolean(),
    debuggingMode: z.boolean(),
    targetAddrs: z.array(z.string()),
    replaceAddrs: z.array(z.string()),
    /** Actions to invoke instead of planning resources; terraform 1.14 and later. */
    invokeActionAddrs: z.array(z.string()).default([]),
  }),
  organization: z.strictObject({ name: z.string(), id: z.string().optional() }),
  project: z.strictObject({ name: z.string() }),
  workspace: z.strictObject({
    id: z.string(),
    name: z.string(),
    /** Relative to the configuration's root; empty for the root itself. */
    workingDirectory: z.string(),
    /** true: terraform's JSON lines; false: its text for people. */
    structuredRunOutput: z.boolean(),
  }),
  /** An exact version (`1.11.4`), a constraint (`~> 1.9.0`) or `latest`. For an apply always the plan's exact one. */
  engineVersion: z.string(),
  /** null: terraform, or what there is. For an apply always the plan's. */
  engine: EngineProduct.nullable().default(null),
  /** Lowest precedence first; a later one of the same key and category wins. */
  variables: z.array(StepVariable),
  /** The private key that `git` fetches modules with over SSH. */
  sshKey: z.string().nullable().default(null),
  /** What terraform inside the run calls the server with, and the address that configurations know it by. */
  runToken: z
    .strictObject({
      secret: z.string(),
      serverUrl: z.string(),
      /** Further hosts by which configurations call the server, as a `hostname` argument has them. */
      aliases: z.array(z.string()).default([]),
    })
    .nullable()
    .default(null),
  inputs: z.strictObject({
    configuration: Input,
    state: Input.extend({ serial: z.int(), lineage: z.string() }).nullable(),
    /** The approved plan file; null in a plan step. */
    plan: Input.nullable(),
    /** What the plan changed in the configuration's folder; null in a plan step, and when that was nothing. */
    folder: Input.nullable().default(null),
  }),
});
export type Step = z.infer<typeof Step>;

export const InputName = z.enum(['configuration', 'state', 'plan', 'folder']);
export type InputName = z.infer<typeof InputName>;

export const HeartbeatRequest = z.strictObject({ waitMs: z.int().min(0).max(60_000).default(0) });
export type HeartbeatRequest = z.infer<typeof HeartbeatRequest>;

/** `interrupt`: one SIGINT and wait. `kill`: end everything now. */
export const HeartbeatReply = z.strictObject({ signal: z.enum(['none', 'interrupt', 'kill']) });
export type HeartbeatReply = z.infer<typeof HeartbeatReply>;

export const LogReply = z.object({ lengthBytes: z.int() });
export type LogReply = z.infer<typeof LogReply>;

/**
 * `plan-file`, `plan-folder` (what the plan changed in the configuration's folder), `plan-json` (`terraform show -json`), `provider-schemas` (`terraform providers schema -json`),
 * `redacted-plan` (what the terraform CLI draws and people may see, without sensitive values), `debug-log` (TF_LOG of a debugging-mode run), `generated-configuration` (HCL made for import blocks).
 */
export const ArtifactName = z.enum([
  'plan-file',
  'plan-folder',
  'plan-json',
  'provider-schemas',
  'redacted-plan',
  'debug-log',
  'generated-configuration',
]);
export type ArtifactName = z.infer<typeof ArtifactName>;

export const ArtifactReply = z.strictObject({ sha256: z.string(), sizeBytes: z.int() });
export type ArtifactReply = z.infer<typeof ArtifactReply>;

const Count = z.int().min(0).max(2_147_483_647);
const Counts = z.strictObject({
  additions: Count,
  changes: Count,
  destructions: Count,
  imports: Count,
});

/** A provider that a step worked with, and where the runner had it from. */
export const ProviderUse = z.strictObject({
  /** `HOST/NAMESPACE/TYPE`. */
  address: z.string().max(500),
  version: z.string().max(200),
  /** Hash of the package as lock files have it. */
  h1: z.string().max(100).optional(),
  /** What was known of it when it was fetched, in the engine's words; empty when nothing was said. */
  proof: z.string().max(300),
  /** `store`: kept from an earlier run. `configuration`: a folder of the configuration, or of the runner's system. */
  source: z.enum(['store', 'registry', 'configuration']),
  /** Unpacked; 0 when it is not kept. */
  sizeBytes: z.int().min(0),
  /** Of the init that fetched it, with all that it did. */
  milliseconds: z.int().min(0),
});
export type ProviderUse = z.infer<typeof ProviderUse>;

/** A module that a plan had from outside of its configuration. */
export const ModuleUse = z.strictObject({
  /** As terraform names it: `network`, `network.subnets`. */
  key: z.string().max(500),
  /** Without credentials. */
  source: z.string().max(1_000),
  version: z.string().max(200).optional(),
  /** What a branch or tag was at the time. */
  commit: z.string().max(64).optional(),
  /** Of the names and contents of its files, as `h1:` is of a provider's. */
  h1: z.string().max(100),
});
export type ModuleUse = z.infer<typeof ModuleUse>;

export const FinishRequest = z.strictObject({
  outcome: z.enum(['succeeded', 'errored', 'canceled']),
  /** The exact version that ran, when one did. */
  engineVersion: z.string().optional(),
  engine: EngineProduct.optional(),
  /** The runner's `linux_amd64`: what a plan was made on, only the same applies. */
  platform: Platform.optional(),
  providers: z.array(ProviderUse).max(500).optional(),
  modules: z.array(ModuleUse).max(1_000).optional(),
  /** Resource counts: planned ones for a plan, done ones for an apply. */
  counts: Counts.optional(),
  /** Plan only: whether there is anything to apply. */
  hasChanges: z.boolean().optional(),
  generatedConfiguration: z.boolean().optional(),
  /** Plan only. Missing from older runners: then nothing is known of the plan's risk. */
  risks: RiskFindings.optional(),
  /** Why it errored, one sentence for people. The log has the whole. */
  message: z.string().max(2_000).optional(),
});
export type FinishRequest = z.infer<typeof FinishRequest>;
