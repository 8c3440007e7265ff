import { base64Parts } from './base64.ts';
import { percentEncodings } from './percent-encoding.ts';
import { quotings } from './quoting.ts';

/** Shorter texts are not masked: they occur inside ordinary words, so the masks would reveal more than they hide. */
export const MIN_SECRET_LENGTH = 6;
/** A document in a document, shown in a plan. */
const QUOTED_TIMES = 3;
/** Words of terraform's own output. */
const COMMON = new Set(['string', 'number', 'default', 'production', 'terraform']);

export function canBeMasked(text: string): boolean {
  return text.trim().length >= MIN_SECRET_LENGTH && !COMMON.has(text);
}

/**
 * Every text in which a secret may occur, including the results of terraform's own functions: `urlencode`,
 * `jsonencode`, `format("%q")`, `base64encode` and `textencodebase64`, alone or as part of a longer text. For a
 * secret of several lines also each line, since an indented secret is never found as a whole. Empty where
 * {@link canBeMasked} is false. Hashed, compressed or cut forms cannot be found.
 */
export function spellingsOf(secret: string): Set<string> {
  return collect(secret, spell);
}

/** Only the text and its JSON form: for texts whose spellings would take too much memory. */
export function plainSpellingsOf(secret: string): Set<string> {
  return collect(secret, (text) => quotings(text, 1));
}

function collect(secret: string, spellText: (text: string) => Iterable<string>): Set<string> {
  const texts = withLineBreaks(secret).flatMap((text) =>
    text.includes('\n') ? [text, ...text.split(/\r?\n/)] : [text],
  );
  const forms = new Set<string>();
  // Terraform's texts are always in Unicode's composed form.
  const composed = texts.flatMap((text) => [text, text.normalize('NFC')]);
  for (const text of new Set(composed.flatMap((each) => [each, each.trim()]))) {
    if (!canBeMasked(text)) continue;
    for (const form of spellText(text)) if (canBeMasked(form)) forms.add(form);
  }
  return forms;
}

/** Keys are often kept in one line, with `\n` for line breaks that the configuration puts back. */
function withLineBreaks(secret: string): string[] {
  return secret.includes('\\n') ? [secret, secret.replace(/(?:\\r)?\\n/g, '\n')] : [secret];
}

function* spell(text: string): Generator<string> {
  yield* quotings(text, QUOTED_TIMES);
  // A percent encoding contains only a few characters that the quotings escape.
  for (const form of new Set(percentEncodings(text))) {
    yield form;
    yield form.replaceAll('&', '\\u0026');
  }
  const bytes = Buffer.from(text);
  yield bytes.toString('hex');
  yield bytes.toString('hex').toUpperCase();
  for (const inner of quotings(text, 1)) {
    for (const part of new Set(base64Parts(Buffer.from(inner)))) {
      yield part;
      // The form of a container registry's configuration: credentials in base64, in a document in base64.
      if (inner === text) yield* base64Parts(Buffer.from(part));
    }
  }
  yield* base64Parts(Buffer.from(text, 'utf16le'));
  yield* base64Parts(Buffer.from(text, 'utf16le').swap16());
  if (/^[\u0000-\u00ff]*[\u0080-\u00ff][\u0000-\u00ff]*$/.test(text))
    yield* base64Parts(Buffer.from(text, 'latin1'));
}
