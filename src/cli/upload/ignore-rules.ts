import { RE2JS } from 're2js';

/** Decides which files of a configuration are not uploaded. */
export interface IgnoreRules {
  /** `path` is relative to the configuration's root, with `/` between its parts and after a folder's name. */
  judge(path: string): Verdict;
}

export interface Verdict {
  excluded: boolean;
  /** No later rule includes anything again, so an excluded folder need not be read. */
  isFinal: boolean;
}

interface Rule {
  /** Undefined where terraform could not read the pattern: it then matches nothing. */
  readonly pattern: RE2JS | undefined;
  readonly isNegated: boolean;
  negationsAfter: boolean;
}

/**
 * The platform's defaults, and this program's own data folder, which holds an administrator's token. Modules are
 * uploaded, so that a run need not fetch them again.
 */
const DEFAULTS = [
  { text: '**/.terraform/**', isNegated: false, negationsAfter: true },
  { text: '**/.terraform/modules/**', isNegated: true, negationsAfter: false },
  { text: '**/.git/**', isNegated: false, negationsAfter: false },
  { text: '**/.runwright/**', isNegated: false, negationsAfter: false },
];

/** A longer line makes terraform use only its defaults. */
const MAX_LINE_BYTES = 64 * 1024;
/** White space in Go, which differs slightly from JavaScript's. */
const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const AROUND = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

/**
 * The rules of a `.terraformignore` file as terraform applies them: one pattern a line, the last match wins, `!`
 * includes a file again, `#` begins a comment.
 */
export function parseIgnoreRules(text: string): IgnoreRules {
  const rules: Rule[] = DEFAULTS.map(({ text: pattern, ...rule }) => ({
    ...rule,
    pattern: compile(pattern),
  }));
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.every((line) => Buffer.byteLength(line) < MAX_LINE_BYTES))
    for (const line of lines) addRule(rules, line.replace(AROUND, ''));
  return {
    judge(path) {
      const last = rules.findLast(({ pattern }) => pattern?.matcher(path).find() === true);
      if (last === undefined || last.isNegated) return { excluded: false, isFinal: false };
      return { excluded: true, isFinal: !last.negationsAfter };
    },
  };
}

function addRule(rules: Rule[], line: string): void {
  if (line.startsWith('#')) return;
  const isNegated = line.startsWith('!');
  // Only a leading slash makes a pattern relative to the root; one inside does not.
  const written = isNegated ? line.slice(1) : line;
  if (written === '') return;
  if (isNegated) for (const rule of rules) rule.negationsAfter = true;
  const below = written.endsWith('/') ? `${written}**` : written;
  const pattern = below.startsWith('/') ? below.slice(1) : `**/${below}`;
  rules.push({ pattern: compile(pattern), isNegated, negationsAfter: false });
}

/**
 * Terraform turns a pattern into a regular expression and leaves most characters unchanged, so brackets, braces, `|`
 * and `+` mean what they mean in Go. So this uses a library that behaves like Go's.
 */
function compile(pattern: string): RE2JS | undefined {
  const source = pattern.replace(/\*\*\/?|[*?.$]|\\[^]?/gu, (token, at: number) => {
    const isLast = at + token.length === pattern.length;
    if (token.startsWith('**')) return isLast ? '.*' : '(.*/)?';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.startsWith('\\') ? token : `\\${token}`;
  });
  try {
    return RE2JS.compile(`^${source}$`);
  } catch {
    return undefined;
  }
}
