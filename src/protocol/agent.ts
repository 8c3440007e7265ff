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
 * | `POST /provider-store` | src/protocol/provider-store.ts | 200; what the runner keeps, and orders for it |
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

export const Identity = z.string().regex(/^[\w-]{1,64}$/, 'must be up to 64 letters, digits, - and _');

export const Platform = z.string().regex(/^[a-z0-9]{1,32}_[a-z0-9]{1,32}$/, 'must be like linux_amd64');

export const ClaimRequest = z.strictObject({
  protocol: z.literal(AGENT_PROTOCOL),
  /** The runner's name for people: usually the host's. */
  name: z.string().min(1).max(100),
  /** Each process chooses its own, so that two processes on hosts of one name differ. Default: the name. */
  identity: Identity.optional(),
  /** The runner gets no apply of a plan from another platform. */
  platform: Platform.optional(),
  waitMs: z.int().min(0).max(60_000).default(0),
});
export type ClaimRequest = z.infer<typeof ClaimRequest>;

export const ExitRequest = z.strictObject({ identity: Identity });

/** The maker of the engine. The versions of the two are not related. */
export const EngineProduct = z.enum(['terraform', 'opentofu']);
export type EngineProduct = z.infer<typeof EngineProduct>;

/** `auto`: the text is an HCL literal if all of it parses as one, else a plain string. */
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
  /** After this long without a heartbeat the server gives the step up. */
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
  /** An exact version (`1.11.4`), a constraint (`~> 1.9.0`) or `latest`. An apply always has the plan's exact one. */
  engineVersion: z.string(),
  /** null: terraform, or the engine that is installed. An apply always has the plan's. */
  engine: EngineProduct.nullable().default(null),
  /** Lowest precedence first; a later variable of the same key and category wins. */
  variables: z.array(StepVariable),
  /** The private key for `git` to fetch modules over SSH. */
  sshKey: z.string().nullable().default(null),
  /** The token and address by which terraform inside the run calls the server. */
  runToken: z
    .strictObject({
      secret: z.string(),
      serverUrl: z.string(),
      /** Further hosts by which configurations call the server, as in a `hostname` argument. */
      aliases: z.array(z.string()).default([]),
    })
    .nullable()
    .default(null),
  inputs: z.strictObject({
    configuration: Input,
    state: Input.extend({ serial: z.int(), lineage: z.string() }).nullable(),
    /** The approved plan file; null in a plan step. */
    plan: Input.nullable(),
    /** The plan's changes to the configuration's folder; null in a plan step, and when there are none. */
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
 * `plan-file`, `plan-folder` (the plan's changes to the folder), `plan-json` (`terraform show -json`),
 * `provider-schemas` (`terraform providers schema -json`), `redacted-plan` (the plan that the terraform CLI draws and
 * people may see, without sensitive values), `debug-log` (TF_LOG of a debugging-mode run), `generated-configuration`
 * (HCL made for import blocks).
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

/** A provider of a step, and the runner's source of it. */
export const ProviderUse = z.strictObject({
  /** `HOST/NAMESPACE/TYPE`. */
  address: z.string().max(500),
  version: z.string().max(200),
  /** The hash of the package in the form of lock files. */
  h1: z.string().max(100).optional(),
  /** The proof when it was fetched, in the engine's words; empty when there was none. */
  proof: z.string().max(300),
  /** `store`: kept from an earlier run. `configuration`: a folder of the configuration, or of the runner's system. */
  source: z.enum(['store', 'registry', 'configuration']),
  /** The unpacked size; 0 when the package is not kept. */
  sizeBytes: z.int().min(0),
  /** The time of the whole init that fetched it. */
  milliseconds: z.int().min(0),
});
export type ProviderUse = z.infer<typeof ProviderUse>;

/** A module of a plan from outside its configuration. */
export const ModuleUse = z.strictObject({
  /** Terraform's name for it: `network`, `network.subnets`. */
  key: z.string().max(500),
  /** Without credentials. */
  source: z.string().max(1_000),
  version: z.string().max(200).optional(),
  /** The commit of a branch or tag at that time. */
  commit: z.string().max(64).optional(),
  /** The hash of the names and contents of its files, like a provider's `h1:`. */
  h1: z.string().max(100),
});
export type ModuleUse = z.infer<typeof ModuleUse>;

export const FinishRequest = z.strictObject({
  outcome: z.enum(['succeeded', 'errored', 'canceled']),
  /** The exact version that ran, if one did. */
  engineVersion: z.string().optional(),
  engine: EngineProduct.optional(),
  /** The runner's `linux_amd64`: a plan is applied only on its own platform. */
  platform: Platform.optional(),
  providers: z.array(ProviderUse).max(500).optional(),
  modules: z.array(ModuleUse).max(1_000).optional(),
  /** Resource counts: planned ones for a plan, completed ones for an apply. */
  counts: Counts.optional(),
  /** Plan only: whether there is anything to apply. */
  hasChanges: z.boolean().optional(),
  generatedConfiguration: z.boolean().optional(),
  /** Plan only: objects that were changed outside of terraform. Older runners do not count them. */
  drifted: Count.optional(),
  /** Plan only. Older runners send none: the plan's risk is then unknown. */
  risks: RiskFindings.optional(),
  /** The reason of an error, one sentence for people. The log has all of it. */
  message: z.string().max(2_000).optional(),
});
export type FinishRequest = z.infer<typeof FinishRequest>;
