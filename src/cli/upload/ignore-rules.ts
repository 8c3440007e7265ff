/** Decides which files of a configuration stay at home. */
export interface IgnoreRules {
  /** `path` is relative to the configuration's root, with `/` between its parts. */
  excludes(path: string, isFolder: boolean): boolean;
}

interface Rule {
  readonly pattern: RegExp;
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
}

/**
 * The platform's defaults, and this program's own data folder: it holds an administrator's token. A run brings its
 * modules along so that it need not fetch them again.
 */
const DEFAULT_RULES = ['.git/', '.terraform/', '!**/.terraform/modules/', '.runwright/'];

/**
 * Rules of a `.terraformignore` file: one pattern a line as in `.gitignore`, the last match wins, `!` takes a path back
 * in, also one inside an excluded folder. `#` starts a comment.
 */
export function parseIgnoreRules(text: string): IgnoreRules {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const rules = [...DEFAULT_RULES, ...lines]
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseRule(line));
  return {
    excludes(path, isFolder) {
      const last = rules.findLast((rule) => matches(rule, path, isFolder));
      return last !== undefined && !last.isNegated;
    },
  };
}

function matches(rule: Rule, path: string, isFolder: boolean): boolean {
  const parts = path.split('/');
  // A rule that names a folder holds for all that is in it.
  return parts.some((_, index) => {
    const isWhole = index === parts.length - 1;
    if (rule.foldersOnly && isWhole && !isFolder) return false;
    return rule.pattern.test(parts.slice(0, index + 1).join('/'));
  });
}

function parseRule(line: string): Rule {
  const isNegated = line.startsWith('!');
  const written = isNegated ? line.slice(1).trim() : line;
  const foldersOnly = written.endsWith('/');
  const body = written.replace(/^\/+|\/+$/g, '');
  // A pattern with a slash in front or inside is relative to the root, any other matches at every depth.
  const isAnchored = written.startsWith('/') || body.includes('/');
  const source = globSource(body);
  return { isNegated, foldersOnly, pattern: new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${source}$`, 's') };
}

function globSource(glob: string): string {
  return glob.replace(/\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|[^*?[]+|\[/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 1 && token.startsWith('[')) {
      return `[${token.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    }
    return token.replace(/[.+^${}()|\\[\]]/g, '\\$&');
  });
}
