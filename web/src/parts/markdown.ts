/** The blocks of the subset of Markdown that is shown: HTML in it is text like any other. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; isOrdered: boolean; items: readonly string[] }
  | { kind: 'quote'; text: string }
  | { kind: 'paragraph'; text: string };

const FENCE = /^\s{0,3}(```|~~~)/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.+)$/;
const ITEM = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const QUOTE = /^\s{0,3}>\s?(.*)$/;
const TABLE = /^\s*\|/;
const RULE = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;

export function readMarkdown(source: string): readonly Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  /** Takes lines while they match. */
  const take = (matches: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    while (at < lines.length && matches(lines[at] ?? '')) taken.push(lines[at++] ?? '');
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = HEADING.exec(line);
    if (FENCE.test(line)) {
      at += 1;
      const text = take((each) => !FENCE.test(each)).join('\n');
      at += 1;
      blocks.push({ kind: 'code', text });
    } else if (heading !== null) {
      at += 1;
      blocks.push({
        kind: 'heading',
        level: heading[1]?.length ?? 1,
        text: withoutClosing(heading[2] ?? ''),
      });
    } else if (line.trim() === '' || RULE.test(line)) {
      at += 1;
    } else if (ITEM.test(line)) {
      const items: string[] = [];
      for (const each of take((next) => ITEM.test(next) || /^\s{2,}\S/.test(next))) {
        const [, , text] = ITEM.exec(each) ?? [];
        if (text === undefined) items.push(`${items.pop() ?? ''} ${each.trim()}`);
        else items.push(text);
      }
      blocks.push({ kind: 'list', isOrdered: ITEM.exec(line)?.[1] !== undefined, items });
    } else if (QUOTE.test(line)) {
      const text = take((each) => QUOTE.test(each)).map((each) => QUOTE.exec(each)?.[1] ?? '');
      blocks.push({ kind: 'quote', text: text.join(' ') });
    } else if (TABLE.test(line)) {
      // Aligned columns are readable as they are.
      blocks.push({ kind: 'code', text: take((each) => TABLE.test(each)).join('\n') });
    } else {
      const isText = (each: string): boolean =>
        each.trim() !== '' && ![FENCE, HEADING, ITEM, QUOTE, TABLE].some((begin) => begin.test(each));
      blocks.push({ kind: 'paragraph', text: take(isText).join(' ') });
    }
  }
  return blocks;
}

/** A heading may end with marks, which are not part of it. A pattern for them would be tried from each mark on. */
function withoutClosing(text: string): string {
  const whole = text.trimEnd();
  let end = whole.length;
  while (whole[end - 1] === '#') end -= 1;
  return whole.slice(0, end).trimEnd();
}

export type Span =
  { kind: 'text' | 'strong' | 'em' | 'code'; text: string } | { kind: 'link'; text: string; address: string };

/** Each part has a limit, so that a text of nothing but marks is not searched to its end from every one of them. */
const SPAN =
  /`([^`]{1,400})`|\*\*([^*]{1,400})\*\*|__([^_]{1,400})__|\*([^*\s][^*]{0,400})\*|!?\[([^\]]{0,400})\]\(\s{0,9}<?([^\s)>]{1,2000})>?[^)]{0,200}\)/g;

/** Only links to the web lead anywhere; pictures are their texts, since a page asks no other server for anything. */
export function readSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let end = 0;
  const add = (span: Span): void => void spans.push(span);
  for (const match of text.matchAll(SPAN)) {
    const [whole, code, strong, strongToo, em, label, address = ''] = match;
    if (match.index > end) add({ kind: 'text', text: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (code !== undefined) add({ kind: 'code', text: code });
    else if (strong !== undefined || strongToo !== undefined)
      add({ kind: 'strong', text: strong ?? strongToo ?? '' });
    else if (em !== undefined) add({ kind: 'em', text: em });
    else if (!whole.startsWith('!') && /^https?:\/\//i.test(address) && URL.canParse(address))
      add({ kind: 'link', text: label || address, address });
    else add({ kind: 'text', text: label || address });
  }
  if (end < text.length) add({ kind: 'text', text: text.slice(end) });
  return spans;
}
