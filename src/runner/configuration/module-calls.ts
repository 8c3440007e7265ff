import type { ModuleTexts } from './root-module.ts';

/** A `module` block as it is written. */
export interface ModuleCall {
  name: string;
  source: string;
  /** Absent where the block has none. */
  version?: string;
}

/** `module.a` is what a module says, and no block. */
const ANY_BLOCK = /(?<![.\w])module\b(?!\s*\.)/g;
const ANY_IN_JSON = /\bmodule\b|\\u/i;
const BLOCK = /^[ \t]*module[ \t]+"([A-Za-z_][\w-]*)"[ \t]*\{/gm;
/** Texts and comments, whose words are not code. A template with quotes inside is read as several texts, in pairs. */
const QUIET =
  /"(?:[^"\\\n]|\\.)*"|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|<<-?([A-Za-z_][\w-]*)[ \t]*\r?\n[\s\S]*?\n[ \t]*\1(?![\w-])/g;
const ATTRIBUTE = /^[ \t]*(source|version)[ \t]*=[ \t]*(?:"([^"\\\n]*)"[ \t]*(?:$|#|\/\/)|(.))/gm;
const TEMPLATE = /[$%]\{/;

/**
 * The calls of a module, if each is a block whose source is a plain text. Undefined when one is not, or when that is
 * not clear: only the engine understands every configuration.
 */
export function findCalls({ texts, isUnsure }: ModuleTexts): ModuleCall[] | undefined {
  if (isUnsure) return undefined;
  const calls: ModuleCall[] = [];
  for (const [file, text] of texts) {
    if (file.endsWith('.json')) {
      if (ANY_IN_JSON.test(text)) return undefined;
      continue;
    }
    const words = new Set(
      [...text.replace(QUIET, (quiet) => ' '.repeat(quiet.length)).matchAll(ANY_BLOCK)].map(
        ({ index }) => index,
      ),
    );
    const blocks = [...text.matchAll(BLOCK)].filter(({ 0: head, index }) =>
      words.has(index + head.indexOf('module')),
    );
    if (blocks.length !== words.size) return undefined;
    for (const { 0: head, 1: name = '', index } of blocks) {
      const body = readBody(text, index + head.length);
      const attributes = body === undefined ? undefined : readAttributes(body);
      if (attributes?.source === undefined) return undefined;
      calls.push({ name, ...attributes, source: attributes.source });
    }
  }
  return calls;
}

/** Undefined when an attribute is an expression, or occurs twice. */
function readAttributes(body: string): { source?: string; version?: string } | undefined {
  const found: { source?: string; version?: string } = {};
  for (const [, name, value] of body.matchAll(ATTRIBUTE)) {
    const key = name === 'version' ? 'version' : 'source';
    if (value === undefined || TEMPLATE.test(value) || found[key] !== undefined) return undefined;
    found[key] = value;
  }
  return found;
}

/**
 * The text between the braces of a block, without nested braces, brackets, parentheses or comments. Undefined for
 * what a few lines of code cannot read: heredocs, and templates with quotes inside.
 */
function readBody(text: string, start: number): string | undefined {
  let depth = 0;
  let body = '';
  for (let at = start; at < text.length; at++) {
    const rest = text.slice(at, at + 2);
    const character = rest[0] ?? '';
    if (character === '#' || rest === '//') {
      at = endOf(text, '\n', at) - 1;
    } else if (rest === '/*') {
      at = endOf(text, '*/', at + 2) + 1;
    } else if (rest === '<<') {
      return undefined;
    } else if (character === '"') {
      const quoted = /^"(?:[^"\\\n]|\\.)*"/.exec(text.slice(at, at + 4_096))?.[0];
      if (quoted === undefined || /[$%]\{[^}]*$/.test(quoted)) return undefined;
      if (depth === 0) body += quoted;
      at += quoted.length - 1;
    } else if ('{[('.includes(character)) {
      // A nested value of an attribute is not a plain text.
      if (depth === 0) body += character;
      depth++;
    } else if ('}])'.includes(character)) {
      if (depth === 0) return body;
      depth--;
    } else if (depth === 0) {
      body += character;
    }
  }
  return undefined;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}
