import type { Step, StepVariable } from '../../protocol/agent.ts';
import { createMasker, type Masker } from '../../masking/masker.ts';
import { plainSpellingsOf, spellingsOf } from '../../masking/spellings.ts';

/** The secrets that a step must not show. */
export interface KnownSecrets {
  /** All spellings of all secrets. */
  patterns: ReadonlySet<string>;
  masker: Masker;
  /** Keys of sensitive variables whose value is too short or too common to be masked. */
  unmasked: readonly string[];
  /** Keys of sensitive variables whose value is so long that it is masked only as it is and in JSON. */
  partlyMasked: readonly string[];
}

/** All spellings of a text are about forty times as long, and each character of them takes twenty bytes of memory. */
const MAX_SPELLED_CHARACTERS = 128 * 1024;

/** The secrets that a step was given: every text that leaves the runner goes through their masker (threats T10). */
export function collectSecrets(step: Pick<Step, 'variables' | 'sshKey' | 'runToken'>): KnownSecrets {
  const { variables, sshKey, runToken } = step;
  const patterns = new Set<string>();
  let remaining = MAX_SPELLED_CHARACTERS;
  const isShortEnough = (secret: string): boolean => secret.length <= remaining;
  const add = (secret: string): boolean => {
    const forms = isShortEnough(secret) ? spellingsOf(secret) : plainSpellingsOf(secret);
    if (isShortEnough(secret)) remaining -= secret.length;
    for (const form of forms) patterns.add(form);
    return forms.size > 0;
  };
  add(runToken?.secret ?? '');
  add(sshKey ?? '');
  const unmasked = new Set<string>();
  const partlyMasked = new Set<string>();
  // The shortest values come first: those are passwords, and the longest are documents.
  for (const variable of [...variables].sort((one, other) => one.value.length - other.value.length)) {
    if (!variable.sensitive || variable.value.trim() === '') continue;
    if (!isShortEnough(variable.value)) partlyMasked.add(variable.key);
    const isHidden = secretsIn(variable).map(add).includes(true);
    if (!isHidden) unmasked.add(variable.key);
  }
  return {
    patterns,
    masker: createMasker(patterns),
    unmasked: [...unmasked],
    partlyMasked: [...partlyMasked],
  };
}

/** The value, and the texts and numbers in it: in an HCL value, or in a document that `jsondecode` may read. */
function secretsIn({ value, form }: StepVariable): string[] {
  const isStructured = form === 'hcl' || /^\s*[[{"]/.test(value);
  return [value, ...(isStructured ? literalsIn(value) : []), ...plainNumber(value)];
}

/** Quoted texts that are not the keys of objects, and numbers. */
function literalsIn(hcl: string): string[] {
  const literals: string[] = [];
  for (const [, text, keySign, number] of hcl.matchAll(LITERAL)) {
    if (text !== undefined && keySign === undefined) literals.push(readEscapes(text));
    if (number !== undefined) literals.push(number, ...plainNumber(number));
  }
  return literals;
}

const LITERAL = /"((?:[^"\\]|\\.)*)"(\s*[=:])?|(-?\b\d[\d.]*(?:[eE][+-]?\d+)?)/gs;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function readEscapes(text: string): string {
  return text
    .replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs, (all, short, long, char?: string) => {
      const code = Number.parseInt((short ?? long ?? '') as string, 16);
      if (char !== undefined) return ESCAPES[char] ?? char;
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .replace(/([$%])\1\{/g, '$1{');
}

/** The power of ten up to which a number is written out; terraform too writes larger ones with an exponent. */
const MAX_POWER = 400;

/** A number as terraform writes it: without redundant zeros, and without an exponent. */
function plainNumber(text: string): string[] {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^\s*(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text) ?? [];
  const power = Number(exponent);
  if (whole === '' || Math.abs(power) > MAX_POWER) return [];
  const digits = whole.padStart(whole.length - power, '0') + fraction.padEnd(power, '0');
  const point = Math.max(whole.length, whole.length - power) + power;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const right = digits.slice(point).replace(/0+$/, '');
  return [`${sign}${left}${right === '' ? '' : `.${right}`}`];
}
