import type { Step, StepVariable } from '../../protocol/agent.ts';

/**
 * Shorter values are not masked: they would match inside ordinary words and break terraform's JSON lines, while a
 * reader could still tell them from the context.
 */
export const MIN_SECRET_LENGTH = 6;
const MIN_LINE_LENGTH = 8;
/** Words of terraform's own output. */
const NEVER_MASKED = new Set(['string', 'number', 'default', 'production', 'terraform']);

/** Every text under which a secret of the step may turn up in terraform's output (threats T10). */
export function collectSecretPatterns({
  variables,
  sshKey,
  runToken,
}: Pick<Step, 'variables' | 'sshKey' | 'runToken'>): string[] {
  const patterns = new Set<string>(runToken === null ? [] : spellings(runToken.secret));
  for (const line of linesOf(sshKey ?? '')) for (const form of spellings(line)) patterns.add(form);
  for (const variable of variables) {
    if (!variable.sensitive) continue;
    for (const secret of secretsIn(variable)) for (const form of spellings(secret)) patterns.add(form);
  }
  return [...patterns].filter((pattern) => pattern.length >= MIN_SECRET_LENGTH && !NEVER_MASKED.has(pattern));
}

/** The value itself; of an HCL value also its string literals, of a long text also its lines. */
function secretsIn({ value, form }: StepVariable): string[] {
  const secrets = [value, value.trim()];
  if (form !== 'string') secrets.push(...stringLiterals(value));
  for (const secret of [...secrets]) {
    if (secret.includes('\n')) secrets.push(...linesOf(secret));
  }
  return secrets;
}

/** Of a key too: as one pattern its thousands of characters would make masking slow. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.length >= MIN_LINE_LENGTH);
}

/** Quoted strings that are not object keys. */
function stringLiterals(hcl: string): string[] {
  const literals = [...hcl.matchAll(/"((?:[^"\\]|\\.)*)"(\s*[=:])?/gs)];
  return literals.filter(([, , keySign]) => keySign === undefined).map(([, text = '']) => readEscapes(text));
}

function readEscapes(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    // An HCL escape that JSON does not know; the text as written is the best there is.
    return text;
  }
}

function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const goJson = json.replace(
    /[<>&\u2028\u2029]/g,
    (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'),
  );
  const base64 = Buffer.from(secret).toString('base64');
  // By way of bytes: a lone surrogate, which has no URL form, is replaced on the way.
  const url = encodeURIComponent(Buffer.from(secret).toString());
  return [secret, json, goJson, url, base64.replace(/=+$/, ''), Buffer.from(secret).toString('base64url')];
}
