import { readLoginToken } from './credentials-file.ts';
import { ID_CHECKS, type IdCheck } from './tool/lenient-ids.ts';
import type { Detail } from './answer/resource-data.ts';
import { APPROVAL_MODES, type ApprovalMode } from './safety/approval.ts';
import { TOOLSETS, type Gates, type Toolset } from './safety/gates.ts';
import { didYouMean } from '@runwright/models';

export const DEFAULT_ADDRESS = 'https://app.terraform.io';

export interface McpSettings {
  readonly address: string;
  readonly token: string | undefined;
  readonly gates: Gates;
  readonly approval: ApprovalMode;
  readonly auditFile: string | undefined;
  readonly detail: Detail;
  readonly idCheck: IdCheck;
}

/** A setting that cannot be understood. Its message names the setting and the accepted words. */
export class SettingsProblem extends Error {
  override readonly name = 'SettingsProblem';
}

/**
 * Reads the settings from environment variables: `TFC_TOKEN` (or `TFE_TOKEN`), `TFC_ADDRESS` (or `TFE_ADDRESS`;
 * default {@link DEFAULT_ADDRESS}) and those of {@link readGates}. Without a token, the one of `terraform login`.
 * Throws {@link SettingsProblem}: a misspelt gate must not stand open.
 */
export function readMcpSettings(env: NodeJS.ProcessEnv): McpSettings {
  return {
    ...readTarget(env),
    gates: readGates(env),
    approval: oneOf(env, 'TFC_APPROVAL', APPROVAL_MODES) ?? 'auto',
    auditFile: firstSet(env['TFC_AUDIT_FILE']),
    detail: isTrue(env, 'ENABLE_RAW_RESPONSE')
      ? 'full'
      : (oneOf(env, 'TFC_MCP_DETAIL', ['concise', 'full']) ?? 'concise'),
    idCheck: oneOf(env, 'TFC_ID_CHECK', ID_CHECKS) ?? 'strict',
  };
}

export function readTarget(env: NodeJS.ProcessEnv): Pick<McpSettings, 'address' | 'token'> {
  const address = firstSet(env['TFC_ADDRESS'], env['TFE_ADDRESS']) ?? DEFAULT_ADDRESS;
  return { address, token: firstSet(env['TFC_TOKEN'], env['TFE_TOKEN']) ?? readLoginToken(env, address) };
}

/**
 * `READ_ONLY_TOOLS`, `ENABLE_DELETE_TOOLS`, `ENABLE_ACCESS_TOOLS`, `TFC_TOOLSETS`, `TFC_TOOLS`, `TFC_EXCLUDE_TOOLS`,
 * `TFC_ORG_ALLOWLIST` and `TFC_ALLOW_STATE_SECRETS`. Throws {@link SettingsProblem}.
 */
export function readGates(env: NodeJS.ProcessEnv): Gates {
  return {
    readOnly: isTrue(env, 'READ_ONLY_TOOLS'),
    allowDelete: isTrue(env, 'ENABLE_DELETE_TOOLS'),
    allowAccess: isTrue(env, 'ENABLE_ACCESS_TOOLS'),
    toolsets: readToolsets(env['TFC_TOOLSETS']),
    tools: wordsOf(env['TFC_TOOLS']),
    excludedTools: wordsOf(env['TFC_EXCLUDE_TOOLS']) ?? [],
    organizations: wordsOf(env['TFC_ORG_ALLOWLIST']),
    allowStateSecrets: isTrue(env, 'TFC_ALLOW_STATE_SECRETS'),
  };
}

function readToolsets(text: string | undefined): readonly Toolset[] | undefined {
  const words = wordsOf(text);
  if (words === undefined || words.includes('all')) return undefined;
  return words.map((word) => {
    const known = TOOLSETS.find((name) => name === word);
    if (known !== undefined) return known;
    const meant = didYouMean(word, TOOLSETS);
    throw new SettingsProblem(
      `TFC_TOOLSETS: ${JSON.stringify(word)} is not a toolset${meant === undefined ? '' : `, did you mean "${meant}"?`}; they are ${TOOLSETS.join(', ')} and all`,
    );
  });
}

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off', ''];

function isTrue(env: NodeJS.ProcessEnv, name: string): boolean {
  const word = (env[name] ?? '').trim().toLowerCase();
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  throw new SettingsProblem(`${name}: ${JSON.stringify(env[name])} is neither true nor false`);
}

function oneOf<Word extends string>(
  env: NodeJS.ProcessEnv,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const written = firstSet(env[name]);
  if (written === undefined) return undefined;
  const known = words.find((word) => word === written.toLowerCase());
  if (known !== undefined) return known;
  throw new SettingsProblem(`${name}: ${JSON.stringify(written)} is not one of ${words.join(', ')}`);
}

/** undefined when the variable is not set; an empty list (`,`) stays an empty list. */
function wordsOf(text: string | undefined): string[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function firstSet(...values: (string | undefined)[]): string | undefined {
  return values.map((value) => value?.trim()).find((value) => value !== undefined && value !== '');
}
