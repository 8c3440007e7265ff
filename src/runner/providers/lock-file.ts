/** One provider of a `.terraform.lock.hcl`. */
export interface LockEntry {
  /** `HOST/NAMESPACE/TYPE`. */
  address: string;
  version: string;
  /** Each with its scheme: `h1:…`, `zh:…`. */
  hashes: readonly string[];
  /** The position in the text where another hash can be inserted; undefined when the entry has no list of hashes. */
  insertAt: number | undefined;
}

/** Far more than terraform writes; terraform has the same limit. */
const MAX_BYTES = 1024 ** 2;
const MAX_ENTRIES = 500;
const TOKEN =
  /\s+|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/|(?<text>"(?:[^"\\\n$%]|\$(?!\{)|%(?!\{))*")|(?<word>[A-Za-z_][\w-]*)|(?<mark>[{}[\]=,])/gy;

interface Token {
  kind: 'text' | 'word' | 'mark';
  value: string;
  end: number;
}

class NotUnderstood extends Error {}

/**
 * Reads the lock file as terraform writes it and as people edit it by hand. Undefined when any part is not
 * understood, or a provider occurs twice: then terraform has to judge it.
 */
export function readLockFile(text: string): LockEntry[] | undefined {
  if (text.length > MAX_BYTES) return undefined;
  try {
    return readEntries(tokenize(text.replaceAll('\r\n', ' \n')));
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

/** The text with one more hash in each of the entries, as terraform adds it after a download. */
export function addHashes(text: string, added: readonly { entry: LockEntry; hash: string }[]): string {
  const places = added
    .flatMap(({ entry, hash }) => (entry.insertAt === undefined ? [] : [{ at: entry.insertAt, hash }]))
    .sort((a, b) => b.at - a.at);
  return places.reduce((done, { at, hash }) => `${done.slice(0, at)}\n    "${hash}",${done.slice(at)}`, text);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw new NotUnderstood();
    const { text: quoted, word, mark } = groups;
    const end = TOKEN.lastIndex;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.slice(1, -1), end });
    if (word !== undefined) tokens.push({ kind: 'word', value: word, end });
    if (mark !== undefined) tokens.push({ kind: 'mark', value: mark, end });
  }
  return tokens;
}

function readEntries(tokens: Token[]): LockEntry[] {
  const rest = tokens.reverse();
  const take = (kind: Token['kind'], value?: string): Token => {
    const token = rest.pop();
    if (token?.kind !== kind || (value !== undefined && token.value !== value)) throw new NotUnderstood();
    return token;
  };
  const next = () => rest.at(-1)?.value;
  const entries = new Map<string, LockEntry>();
  while (rest.length > 0) {
    take('word', 'provider');
    const address = take('text').value;
    take('mark', '{');
    const entry: LockEntry = { address, version: '', hashes: [], insertAt: undefined };
    while (next() !== '}') {
      const { value: name } = take('word');
      take('mark', '=');
      if (name === 'version') entry.version = take('text').value;
      else if (name === 'constraints') take('text');
      else if (name === 'hashes') {
        entry.insertAt = take('mark', '[').end;
        const hashes: string[] = [];
        while (next() !== ']') {
          hashes.push(take('text').value);
          if (next() !== ']') take('mark', ',');
        }
        take('mark', ']');
        entry.hashes = hashes;
      } else throw new NotUnderstood();
    }
    take('mark', '}');
    if (entries.has(address) || entry.version === '' || entries.size >= MAX_ENTRIES)
      throw new NotUnderstood();
    entries.set(address, entry);
  }
  return [...entries.values()];
}
