import type { InstanceKey } from './instance-key.ts';

export interface AddressProblem {
  /** The offset where reading stopped, in UTF-16 code units. */
  readonly position: number;
  /** The problem, as the end of a sentence: `expected "." and the name of the resource at character 13`. */
  readonly message: string;
}

/** Terraform's identifiers: Unicode letters, digits and marks, `_` and `-`, not starting with a digit or a dash. */
const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /(?:0|[1-9][0-9]*)(?![0-9])/y;
const PLAIN_CHARACTERS = /[^"\\$%\p{Cc}\p{Cs}]+/uy;
const ESCAPE = /\\(?:["\\nrt]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };

/**
 * Reads the words of an address from left to right. The first failure is kept as {@link problem}; after it every read
 * returns an empty answer and moves nothing, so a grammar needs no check after each word.
 */
export class AddressScanner {
  readonly #text: string;
  #position = 0;
  #problem: AddressProblem | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  get problem(): AddressProblem | null {
    return this.#problem;
  }

  fail(message: string, offset = 0): void {
    const position = Math.max(0, this.#position + offset);
    this.#problem ??= { position, message: `${message} at character ${position + 1}` };
  }

  identifier(wanted: string): string {
    const found = this.#take(IDENTIFIER);
    if (found === null) this.fail(`expected ${wanted}${this.#found()}`);
    return found ?? '';
  }

  dot(then: string): void {
    if (!this.skipDot()) this.fail(`expected "." ${then}${this.#found()}`);
  }

  skipDot(): boolean {
    return this.#skip('.');
  }

  /** The key in brackets after a name; null when there is none. */
  instanceKey(): InstanceKey | null {
    if (!this.#skip('[')) return null;
    const key = this.#skip('"') ? this.#stringKey() : this.#numberKey();
    if (!this.#skip(']')) this.fail(`expected "]"${this.#found()}`);
    return key;
  }

  end(): void {
    if (this.#position < this.#text.length) this.fail(`expected the end of the address${this.#found()}`);
  }

  #numberKey(): InstanceKey | null {
    const digits = this.#take(NUMBER);
    const value = Number(digits);
    if (digits === null || !Number.isSafeInteger(value)) {
      this.fail(`expected an index such as 0 or "name"${this.#found()}`);
      return null;
    }
    return { kind: 'number', value };
  }

  #stringKey(): InstanceKey | null {
    const start = this.#position - 1;
    let value = '';
    while (this.#problem === null && !this.#skip('"')) value += this.#characters();
    return { kind: 'string', value, spelling: this.#text.slice(start, this.#position) };
  }

  /** A part of a quoted key. `${` and `%{` would start a template; doubled, they stand for themselves. */
  #characters(): string {
    for (const sign of ['$', '%']) {
      if (this.#skip(`${sign}${sign}{`)) return `${sign}{`;
      if (this.#startsWith(`${sign}{`)) {
        this.fail(`a key cannot hold a template, "${sign}{",`);
        return '';
      }
      if (this.#skip(sign)) return sign;
    }
    const escape = this.#take(ESCAPE);
    if (escape !== null) return this.#unescape(escape);
    const plain = this.#take(PLAIN_CHARACTERS);
    if (plain === null) this.fail(`expected the closing quote of the key${this.#found()}`);
    return plain ?? '';
  }

  #unescape(escape: string): string {
    const simple = SIMPLE_ESCAPES[escape.charAt(1)];
    if (simple !== undefined) return simple;
    const codePoint = Number.parseInt(escape.slice(2), 16);
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      this.fail(`${escape} is not a character`, -escape.length);
      return '';
    }
    return String.fromCodePoint(codePoint);
  }

  #take(pattern: RegExp): string | null {
    if (this.#problem !== null) return null;
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#position += found.length;
    return found;
  }

  #startsWith(text: string): boolean {
    return this.#problem === null && this.#text.startsWith(text, this.#position);
  }

  #skip(text: string): boolean {
    if (!this.#startsWith(text)) return false;
    this.#position += text.length;
    return true;
  }

  #found(): string {
    const [character] = this.#text.slice(this.#position);
    return character === undefined ? ', but the address ends' : `, not ${JSON.stringify(character)}`;
  }
}
