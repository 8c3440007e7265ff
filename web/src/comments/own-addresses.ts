import { readLineLink, type LineRange } from '../log/line-link.ts';

export interface OwnAddress {
  /** The path below /app. */
  path: string;
  search: Readonly<Record<string, string>>;
  hash: string;
  /** The address of a resource in terraform's words, if it leads to one. */
  resource: string | undefined;
  lines: LineRange | undefined;
}

export type Piece = string | OwnAddress;

const ADDRESS = /https?:\/\/[^\s<>"']+/g;

/** A comment in pieces: its text, and the addresses in it that lead to pages of this server. */
export function findOwnAddresses(text: string, origin: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = readOwn(match[0], origin);
    if (found === undefined) continue;
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(found);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

function readOwn(text: string, origin: string): OwnAddress | undefined {
  if (!text.startsWith(`${origin}/app/`) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // `..` in an address may lead out of the application.
  if (url.origin !== origin || !url.pathname.startsWith('/app/')) return undefined;
  const hash = url.hash.slice(1);
  return {
    path: url.pathname.slice('/app'.length),
    search: Object.fromEntries(url.searchParams),
    hash,
    resource: url.searchParams.get('at') ?? undefined,
    lines: readLineLink(hash),
  };
}
