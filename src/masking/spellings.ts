import { base64Parts } from './base64.ts';
import { percentEncodings } from './percent-encoding.ts';
import { quotings } from './quoting.ts';

/** Shorter texts are not masked: they are found inside ordinary words, and so masking would tell more than it hides. */
export const MIN_SECRET_LENGTH = 6;
/** A document in a document, drawn in a plan. */
const QUOTED_TIMES = 3;
/** Words of terraform's own output. */
const COMMON = new Set(['string', 'number', 'default', 'production', 'terraform']);

export function canBeMasked(text: string): boolean {
  return text.trim().length >= MIN_SECRET_LENGTH && !COMMON.has(text);
}

/**
 * Every text under which a secret may turn up, those forms included that terraform's own functions make of it:
 * `urlencode`, `jsonencode`, `format("%q")`, `base64encode` and `textencodebase64`, alone or of a longer text. Of a
 * secret of several lines also each line, since an indented one is found nowhere as a whole. Nothing for what
 * {@link canBeMasked} denies. What is hashed, compressed or cut cannot be known.
 */
export function spellingsOf(secret: string): Set<string> {
  return collect(secret, spell);
}

/** Only as it is and in JSON: for texts so long that all their spellings would take too much memory. */
export function plainSpellingsOf(secret: string): Set<string> {
  return collect(secret, (text) => quotings(text, 1));
}

function collect(secret: string, spellText: (text: string) => Iterable<string>): Set<string> {
  const texts = secret.includes('\n') ? [secret, ...secret.split(/\r?\n/)] : [secret];
  const forms = new Set<string>();
  for (const text of new Set(texts.flatMap((each) => [each, each.trim()]))) {
    if (!canBeMasked(text)) continue;
    for (const form of spellText(text)) if (canBeMasked(form)) forms.add(form);
  }
  return forms;
}

function* spell(text: string): Generator<string> {
  yield* quotings(text, QUOTED_TIMES);
  // A percent encoding has nothing to escape but a few signs of URLs.
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
      // As in the configuration of a container registry: credentials in base64, in a document in base64.
      if (inner === text) yield* base64Parts(Buffer.from(part));
    }
  }
  yield* base64Parts(Buffer.from(text, 'utf16le'));
}
