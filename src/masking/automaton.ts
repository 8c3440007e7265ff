/**
 * Finds many byte patterns in a stream in one pass, however many there are and however they overlap (the automaton of
 * Aho and Corasick). A state is a number; {@link Automaton.step} leads from one to the next, byte by byte.
 */
export interface Automaton {
  step(state: number, byte: number): number;
  /** By state: the number of last bytes that may still become a pattern. */
  readonly depth: Int32Array;
  /** By state: the length of the longest pattern that ends here; 0 when none does. */
  readonly longest: Int32Array;
}

export const START = 0;
const NONE = -1;
/** The number of states with a table of next states: the scan of a text mostly stays in states close to the start. */
const TABLED_STATES = 8_192;

/** Work and memory are linear in the total bytes of all patterns. */
export function buildAutomaton(patterns: readonly Uint8Array[]): Automaton {
  const { firstChild, nextSibling, byteOf, depth, longest } = breadthFirst(buildTrie(patterns));
  const size = depth.length;
  const fallback = new Int32Array(size);
  const tabled = Math.min(size, TABLED_STATES);
  const table = new Int32Array(tabled << 8);

  const step = (from: number, byte: number): number => {
    let state = from;
    while (state >= tabled) {
      let child = firstChild[state] as number;
      while (child !== NONE && byteOf[child] !== byte) child = nextSibling[child] as number;
      if (child !== NONE) return child;
      state = fallback[state] as number;
    }
    return table[(state << 8) | byte] as number;
  };

  // A state falls back to a shorter one, which has a smaller number and is already complete.
  for (let state = START; state < size; state++) {
    const shorter = fallback[state] as number;
    longest[state] = Math.max(longest[state] as number, longest[shorter] as number);
    if (state !== START && state < tabled) table.copyWithin(state << 8, shorter << 8, (shorter + 1) << 8);
    for (let child = firstChild[state] as number; child !== NONE; child = nextSibling[child] as number) {
      const byte = byteOf[child] as number;
      fallback[child] = state === START ? START : step(shorter, byte);
      if (state < tabled) table[(state << 8) | byte] = child;
    }
  }
  return { step, depth, longest };
}

interface Trie {
  firstChild: Int32Array;
  nextSibling: Int32Array;
  byteOf: Uint8Array;
  depth: Int32Array;
  /** By state: the length of its pattern, 0 when it has none. */
  longest: Int32Array;
}

function emptyTrie(size: number): Trie {
  return {
    firstChild: new Int32Array(size).fill(NONE),
    nextSibling: new Int32Array(size).fill(NONE),
    byteOf: new Uint8Array(size),
    depth: new Int32Array(size),
    longest: new Int32Array(size),
  };
}

/** In sorted order a pattern shares its longest prefix with the pattern before it, so no search is needed. */
function buildTrie(patterns: readonly Uint8Array[]): Trie {
  const sorted = [...patterns].sort((one, other) => Buffer.compare(one, other));
  const trie = emptyTrie(1 + sorted.reduce((sum, pattern) => sum + pattern.length, 0));
  const path = [START];
  let before: Uint8Array = new Uint8Array(0);
  let size = 1;
  for (const pattern of sorted) {
    let shared = 0;
    while (shared < before.length && before[shared] === pattern[shared]) shared++;
    path.length = shared + 1;
    for (let index = shared; index < pattern.length; index++) {
      const state = size++;
      const parent = path[index] as number;
      trie.byteOf[state] = pattern[index] as number;
      trie.depth[state] = index + 1;
      trie.nextSibling[state] = trie.firstChild[parent] as number;
      trie.firstChild[parent] = state;
      path.push(state);
    }
    trie.longest[path[pattern.length] as number] = pattern.length;
    before = pattern;
  }
  return { ...trie, depth: trie.depth.subarray(0, size) };
}

/** Renumbers the states: those closer to the start come first. */
function breadthFirst(trie: Trie): Trie {
  const size = trie.depth.length;
  const ordered = emptyTrie(size);
  const oldNumber = new Int32Array(size);
  let queued = 1;
  for (let state = START; state < size; state++) {
    const old = oldNumber[state] as number;
    ordered.byteOf[state] = trie.byteOf[old] as number;
    ordered.depth[state] = trie.depth[old] as number;
    ordered.longest[state] = trie.longest[old] as number;
    for (
      let child = trie.firstChild[old] as number;
      child !== NONE;
      child = trie.nextSibling[child] as number
    ) {
      oldNumber[queued] = child;
      ordered.nextSibling[queued] = ordered.firstChild[state] as number;
      ordered.firstChild[state] = queued;
      queued++;
    }
  }
  return ordered;
}
