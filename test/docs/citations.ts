/** A place in the tree where a rule of docs/contract is named: `api-contract §3.3 row 30`, `threats T18`. */
export interface Citation {
  page: string;
  section: string;
  /** Starts at 1. */
  line: number;
}

export interface Found {
  citations: Citation[];
  /** Text that looks like a citation but lacks a page or a section. */
  unclear: { text: string; line: number }[];
}

const PAGE = /(?<![\w/.-])(api-contract|run-models|terraform-cli|mcp|threats?)(?!\.md)\b`?,?\s+(?=[`§A-Z])/g;
const ITEM: Readonly<Record<string, RegExp>> = {
  'api-contract': /`?§(\d+(?:\.\d+)*)(?: rows? (\d+b?(?:(?:, | and | to )\d+b?)*))?`?/y,
  mcp: /`?§(\d+(?:\.\d+)*)`?/y,
  'run-models': /([A-Z]\w+(?: [A-Z]\w+)*)/y,
  'terraform-cli': /([AB]\d+)\b/y,
  threats: /(T\d+)\b/y,
};
const NEXT = /(?:, and |, | and )/y;
/** References to public standards, which are not looked up. */
const PUBLIC_STANDARD = /RFC \d+,? §[\d.]+/g;

/** The text without comment markers at the start of lines, so that a citation may be wrapped. */
function flatten(text: string): { flat: string; lineAt: (index: number) => number } {
  const starts: number[] = [];
  let flat = '';
  for (const line of text.split('\n')) {
    starts.push(flat.length);
    flat += `${line.replace(/^\s*(?:\/?\*+|\/\/)?\s*/, '')} `;
  }
  return { flat, lineAt: (index) => starts.findLastIndex((start) => start <= index) + 1 };
}

/** The rows of a list such as `8, 33 to 35 and 46`. */
export function rowsOf(list: string): string[] {
  return [...list.matchAll(/(\d+b?)(?: to (\d+))?/g)].flatMap(([, from = '', to]) =>
    to === undefined
      ? [from]
      : Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => String(Number(from) + index)),
  );
}

/**
 * @param ownPage the page that a bare `§` refers to, for pages of the contract itself
 * @param rows whether a bare `row 8` is one of api-contract §3.3, as in the models' state machine
 */
export function citationsIn(
  text: string,
  { ownPage, rows = false }: { ownPage?: string; rows?: boolean } = {},
): Found {
  const { flat, lineAt } = flatten(text);
  const citations: Citation[] = [];
  let rest = flat.replaceAll(PUBLIC_STANDARD, (all) => ' '.repeat(all.length));
  const take = (from: number, to: number) => {
    rest = rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to);
  };
  for (const match of flat.matchAll(PAGE)) {
    const page = match[1] === 'threat' ? 'threats' : (match[1] ?? '');
    const item = ITEM[page];
    let at = match.index + match[0].length;
    for (;;) {
      const found = item === undefined ? null : matchAt(item, flat, at);
      if (found === null) break;
      const line = lineAt(at);
      citations.push({ page, section: found[1] ?? '', line });
      for (const row of rowsOf(found[2] ?? '')) citations.push({ page, section: `3.3 row ${row}`, line });
      take(match.index, at + found[0].length);
      at += found[0].length;
      at += matchAt(NEXT, flat, at)?.[0].length ?? 0;
    }
  }
  if (rows) {
    for (const match of rest.matchAll(/\brows? (\d+b?(?:(?:, | and | to )\d+b?)*)/g)) {
      for (const row of rowsOf(match[1] ?? ''))
        citations.push({ page: 'api-contract', section: `3.3 row ${row}`, line: lineAt(match.index) });
    }
  }
  const unclear: Found['unclear'] = [];
  for (const match of rest.matchAll(
    /§(\d+(?:\.\d+)*)|(?<![\w/.-])(?:api-contract|run-models)(?![\w.])|\(T\d+[,)]/g,
  )) {
    const line = lineAt(match.index);
    if (ownPage !== undefined && match[1] !== undefined)
      citations.push({ page: ownPage, section: match[1], line });
    else unclear.push({ text: rest.slice(Math.max(0, match.index - 20), match.index + 20).trim(), line });
  }
  return { citations, unclear };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** The sections of a page, and the rows of its table of transitions. */
export function sectionsOf(page: string, text: string): string[] {
  if (page === 'threats') return [...text.matchAll(/^\| (T\d+) +\|/gm)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#{2,4} (.+)$/gm)].map(([, heading = '']) => heading);
  if (page === 'run-models') return headings;
  const [, table = ''] = /^### 3\.3 [^]*?\n([^]*?)^### /m.exec(page === 'api-contract' ? text : '') ?? [];
  return [
    ...headings.map((heading) => heading.replace(/\.? .*$/, '')),
    ...[...table.matchAll(/^\| (\d+b?) \|/gm)].map(([, row]) => `3.3 row ${row}`),
  ];
}
