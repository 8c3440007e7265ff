import { accessSync, constants, statSync } from 'node:fs';
import type { BlockList } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import * as z from 'zod';
import { EngineProduct } from '../protocol/agent.ts';
import { parseHostNames } from '../protocol/host-names.ts';
import { parseRegistries } from '../releases/registry-list.ts';
import { parseAllowList, type AllowList } from './outbound/address-rules.ts';

/** A setting that cannot be used: its one line stops the start. */
export class ConfigProblem extends Error {}

export interface Config {
  host: string;
  port: number;
  homeFolder: string;
  /** The address at which others reach the server; null: the one it listens on. */
  publicUrl: string | null;
  /** Further hosts by which configurations call it, with a port unless it is 443. */
  aliases: string[];
  databaseUrl: string | undefined;
  adminToken: string | undefined;
  agentToken: string | undefined;
  /** The first key seals and signs; the others still open what they sealed. */
  encryptionKeys: string[];
  /** Steps that the built-in runner works on at a time; 0: no built-in runner; null: as many as it chooses. */
  runners: number | null;
  tls: { certFile: string; keyFile: string } | null;
  /** The token that Prometheus sends for `/metrics`. */
  metricsToken: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** The product of runs whose workspace and organization name none; null: terraform, or what the runner has. */
  engine: EngineProduct | null;
  runVariableValueChars: number;
  tokenLifetimeMs: number | null;
  forceCancelAfterMs: number;
  leaseMs: number;
  /** How long a plan that can never be applied waits for a runner. */
  speculativeQueueMs: number;
  /** How long a whole request may take to arrive. */
  requestMs: number;
  /** API requests of one user; 0: no limit. */
  requestsPerSecond: number;
  /** Proxies before the server that are believed for whom they ask (`X-Forwarded-For`). */
  trustedProxies: BlockList;
  /** Private addresses that the server may call for users. */
  allowOutbound: AllowList;
  /** The registries from which mirrors fetch what they lack: the address to ask, by host. */
  mirrorRegistries: ReadonlyMap<string, string>;
  /** How much the mirror of an organization may grow so. */
  mirrorMaxBytes: number;
  /** The mail server for notifications. */
  smtp: { url: string; from: string } | null;
  /** The identity provider at which people can sign in. */
  oidc: OidcSettings | null;
  /** A program that says what plans cost (docs/cost.md); null: price books do. */
  costCommand: string | null;
  /** The `opa` that evaluates policies in Rego (docs/policies.md); null: only compiled ones are accepted. */
  opaCommand: string | null;
  /** The rights of agents over MCP at `/mcp`. */
  mcp: 'off' | 'read-only' | 'on' | 'with-deletes' | 'with-access';
}

/** An identity provider for the people of the whole server (docs/sign-in.md). */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The label of its button. */
  name: string;
  scopes: string;
  /** The claim with a person's groups, or a JSON pointer to it. */
  groupsClaim: string;
  /** The email domains that new people may have; none: all. */
  domains: string[];
  createsUsers: boolean;
  /** Whether an account is joined to the user of its address, when the provider has verified that address. */
  trustsEmail: boolean;
}

/** The settings of a command line; each stands for the variable of the same meaning and wins over it. */
export interface Flags {
  host?: string | undefined;
  port?: string | undefined;
  home?: string | undefined;
  url?: string | undefined;
  databaseUrl?: string | undefined;
  runners?: string | undefined;
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

const secret = (minLength: number) =>
  z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'may hold visible ASCII characters only')
    .min(minLength, `must have at least ${minLength} characters`)
    .optional();

const onOff = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .default('off')
  .transform((word) => word === 'on');

const DAY_MS = 24 * 60 * 60 * 1_000;

const Program = z
  .string()
  .refine(isAbsolute, 'must be the absolute path of a program')
  .refine(isProgram, 'must be a program that this user may start');

const Settings = z.object({
  RUNWRIGHT_HOST: z.string().min(1).default('127.0.0.1'),
  RUNWRIGHT_PORT: wholeNumber(0, 65_535).default(8080),
  RUNWRIGHT_HOME: z.string().min(1).default('.runwright'),
  RUNWRIGHT_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://runwright.example.com' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  RUNWRIGHT_ALIASES: z
    .string()
    .default('')
    .transform((text, context) => {
      const hosts = parseHostNames(text);
      if (hosts !== undefined) return hosts;
      context.addIssue({
        code: 'custom',
        message:
          'must be a list of hosts as configurations name them, like runs.example.com,runs.internal:8080',
      });
      return z.NEVER;
    }),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be an address like postgres://user:password@host:5432/name')
    .optional(),
  RUNWRIGHT_PRODUCT: EngineProduct.optional(),
  RUNWRIGHT_ADMIN_TOKEN: secret(20),
  RUNWRIGHT_AGENT_TOKEN: secret(20),
  RUNWRIGHT_METRICS_TOKEN: secret(20),
  RUNWRIGHT_ENCRYPTION_KEY: secret(32)
    .transform((keys) => keys?.split(',') ?? [])
    .refine((keys) => keys.every((key) => key.length >= 32), 'must have at least 32 characters in each key'),
  RUNWRIGHT_RUNNERS: wholeNumber(0, 256).optional(),
  // There is one kind of store. Without this check a setting for another kind would be ignored silently.
  RUNWRIGHT_BLOBS: z
    .literal('file:', 'must be file: or not set: files are kept in RUNWRIGHT_HOME')
    .optional(),
  RUNWRIGHT_TLS_CERT: z.string().min(1).optional(),
  RUNWRIGHT_TLS_KEY: z.string().min(1).optional(),
  RUNWRIGHT_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'], { error: 'must be debug, info, warn or error' })
    .default('info'),
  // The default is the specification's limit; `terraform plan -var` may send longer lists.
  RUNWRIGHT_RUN_VARIABLE_VALUE_MAX: wholeNumber(256, 65_536).default(256),
  RUNWRIGHT_FORCE_CANCEL_AFTER: wholeNumber(10, 3_600).default(60),
  RUNWRIGHT_TOKEN_DAYS: wholeNumber(0, 3_650).default(730),
  RUNWRIGHT_LEASE: wholeNumber(5, 600).default(30),
  RUNWRIGHT_SPECULATIVE_TIMEOUT: wholeNumber(5, 604_800).default(21_600),
  RUNWRIGHT_REQUEST_TIMEOUT: wholeNumber(1, 86_400).default(600),
  RUNWRIGHT_RATE_LIMIT: wholeNumber(0, 100_000).default(30),
  RUNWRIGHT_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, 'must be an address like smtps://user:password@mail.example.com:465')
    .optional(),
  RUNWRIGHT_SMTP_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<]+@[^\s@>]+>?$/, 'must be an address like runwright@example.com')
    .optional(),
  RUNWRIGHT_MCP: z
    .enum(['off', 'read-only', 'on', 'with-deletes', 'with-access'], {
      error: 'must be off, read-only, on, with-deletes or with-access',
    })
    .default('on'),
  RUNWRIGHT_COST_COMMAND: Program.optional(),
  RUNWRIGHT_OPA_COMMAND: Program.optional(),
  RUNWRIGHT_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://login.example.com' })
    .refine(
      (text) =>
        text.startsWith('https:') || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(`${text}/`),
      'must start with https://',
    )
    .optional(),
  RUNWRIGHT_OIDC_CLIENT_ID: z.string().min(1).optional(),
  RUNWRIGHT_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  RUNWRIGHT_OIDC_NAME: z.string().max(60, 'must have at most 60 characters').default('Single sign-on'),
  RUNWRIGHT_OIDC_SCOPES: z
    .string()
    .regex(/^(.* )?openid( .*)?$/, 'must hold openid, as in: openid email profile')
    .default('openid email profile'),
  RUNWRIGHT_OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
  RUNWRIGHT_OIDC_DOMAINS: z
    .string()
    .regex(/^[^\s@,]+(,[^\s@,]+)*$/, 'must be a list of domains like example.com,example.org')
    .transform((text) => text.toLowerCase().split(','))
    .optional(),
  RUNWRIGHT_OIDC_CREATE_USERS: onOff,
  RUNWRIGHT_OIDC_TRUST_EMAIL: onOff,
  RUNWRIGHT_MIRROR_REGISTRIES: z
    .string()
    .default('')
    .transform((text, context) => {
      const registries = parseRegistries(text);
      if (registries !== undefined) return registries;
      context.addIssue({
        code: 'custom',
        message:
          'must be a list of hosts as providers name them, without ports, each with an https address to ask instead if there is one: registry.terraform.io,registry.example.com=https://proxy.internal:8443',
      });
      return z.NEVER;
    }),
  RUNWRIGHT_MIRROR_GB: wholeNumber(1, 100_000).default(50),
  RUNWRIGHT_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text, context) => {
      const list = parseAllowList(text);
      if (list?.names.size === 0) return list.networks;
      context.addIssue({
        code: 'custom',
        message: 'must be a list of addresses and networks like 10.0.0.5,10.1.0.0/16,fd00::/8',
      });
      return z.NEVER;
    }),
  RUNWRIGHT_ALLOW_OUTBOUND: z
    .string()
    .default('')
    .transform((text, context) => {
      const list = parseAllowList(text);
      if (list !== undefined) return list;
      context.addIssue({
        code: 'custom',
        message: 'must be a list like 127.0.0.1,10.0.0.0/8,hooks.example.internal',
      });
      return z.NEVER;
    }),
});

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @throws ConfigProblem with one line that names the setting and the fix, and never its value */
export function readConfig(env: Record<string, string | undefined>, flags: Flags = {}): Config {
  const given: Record<string, string | undefined> = {
    ...env,
    ...dropUndefined({
      RUNWRIGHT_HOST: flags.host,
      RUNWRIGHT_PORT: flags.port,
      RUNWRIGHT_HOME: flags.home,
      RUNWRIGHT_URL: flags.url,
      DATABASE_URL: flags.databaseUrl,
      RUNWRIGHT_RUNNERS: flags.runners,
    }),
  };
  // A variable set to the empty string counts as not set.
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const parsed = Settings.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigProblem(`${issue?.path.join('.')} ${issue?.message}`);
  }
  const { RUNWRIGHT_TLS_CERT: certFile, RUNWRIGHT_TLS_KEY: keyFile, ...values } = parsed.data;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigProblem('RUNWRIGHT_TLS_CERT and RUNWRIGHT_TLS_KEY must be set together');
  }
  const { RUNWRIGHT_SMTP_URL: smtpUrl, RUNWRIGHT_SMTP_FROM: smtpFrom } = values;
  if ((smtpUrl === undefined) !== (smtpFrom === undefined)) {
    throw new ConfigProblem('RUNWRIGHT_SMTP_URL and RUNWRIGHT_SMTP_FROM must be set together');
  }
  const {
    RUNWRIGHT_OIDC_ISSUER: issuer,
    RUNWRIGHT_OIDC_CLIENT_ID: clientId,
    RUNWRIGHT_OIDC_CLIENT_SECRET: clientSecret,
  } = values;
  const isOidcWhole = issuer !== undefined && clientId !== undefined && clientSecret !== undefined;
  if (!isOidcWhole && (issuer ?? clientId ?? clientSecret) !== undefined) {
    throw new ConfigProblem(
      'RUNWRIGHT_OIDC_ISSUER, RUNWRIGHT_OIDC_CLIENT_ID and RUNWRIGHT_OIDC_CLIENT_SECRET must be set together',
    );
  }
  const oidc: OidcSettings | null = isOidcWhole
    ? {
        issuer,
        clientId,
        clientSecret,
        name: values.RUNWRIGHT_OIDC_NAME,
        scopes: values.RUNWRIGHT_OIDC_SCOPES,
        groupsClaim: values.RUNWRIGHT_OIDC_GROUPS_CLAIM,
        domains: values.RUNWRIGHT_OIDC_DOMAINS ?? [],
        createsUsers: values.RUNWRIGHT_OIDC_CREATE_USERS,
        trustsEmail: values.RUNWRIGHT_OIDC_TRUST_EMAIL,
      }
    : null;
  return {
    host: values.RUNWRIGHT_HOST,
    port: values.RUNWRIGHT_PORT,
    homeFolder: resolve(values.RUNWRIGHT_HOME),
    publicUrl: values.RUNWRIGHT_URL ?? null,
    aliases: values.RUNWRIGHT_ALIASES,
    databaseUrl: values.DATABASE_URL,
    adminToken: values.RUNWRIGHT_ADMIN_TOKEN,
    agentToken: values.RUNWRIGHT_AGENT_TOKEN,
    metricsToken: values.RUNWRIGHT_METRICS_TOKEN,
    encryptionKeys: values.RUNWRIGHT_ENCRYPTION_KEY,
    runners: values.RUNWRIGHT_RUNNERS ?? null,
    tls: certFile === undefined || keyFile === undefined ? null : { certFile, keyFile },
    logLevel: values.RUNWRIGHT_LOG_LEVEL,
    engine: values.RUNWRIGHT_PRODUCT ?? null,
    runVariableValueChars: values.RUNWRIGHT_RUN_VARIABLE_VALUE_MAX,
    tokenLifetimeMs: values.RUNWRIGHT_TOKEN_DAYS === 0 ? null : values.RUNWRIGHT_TOKEN_DAYS * DAY_MS,
    forceCancelAfterMs: values.RUNWRIGHT_FORCE_CANCEL_AFTER * 1_000,
    leaseMs: values.RUNWRIGHT_LEASE * 1_000,
    speculativeQueueMs: values.RUNWRIGHT_SPECULATIVE_TIMEOUT * 1_000,
    requestMs: values.RUNWRIGHT_REQUEST_TIMEOUT * 1_000,
    requestsPerSecond: values.RUNWRIGHT_RATE_LIMIT,
    trustedProxies: values.RUNWRIGHT_TRUSTED_PROXIES,
    allowOutbound: values.RUNWRIGHT_ALLOW_OUTBOUND,
    mirrorRegistries: values.RUNWRIGHT_MIRROR_REGISTRIES,
    mirrorMaxBytes: values.RUNWRIGHT_MIRROR_GB * 1024 ** 3,
    oidc,
    costCommand: values.RUNWRIGHT_COST_COMMAND ?? null,
    opaCommand: values.RUNWRIGHT_OPA_COMMAND ?? null,
    mcp: values.RUNWRIGHT_MCP,
    smtp: smtpUrl === undefined || smtpFrom === undefined ? null : { url: smtpUrl, from: smtpFrom },
  };
}

function dropUndefined(record: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
