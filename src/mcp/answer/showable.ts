import { ExactNumber } from '@runwright/models';
import { harmlessText } from '../text/untrusted-text.ts';

export interface ShowableLimits {
  readonly allowStateSecrets: boolean;
  /** Texts that are never shown: the API token. */
  readonly hidden?: readonly string[];
}

/** Attributes whose value lets its holder read or write (mcp §1.3). */
const CAPABILITY =
  /(^log-read|^hosted-.*|^(?:json-)?(?:state-)?upload|^webhook|-upload|-download|^download|^archive)-url$|^token$|^hmac-key$|^access-token$/;
const STRING_LENGTH = 4_000;
/** Fields with long texts of other people, which are cut where they are made. */
const LONG_TEXT = new Set(['untrusted_text', 'text', 'content']);
const LONG_LENGTH = 36_000;

/**
 * A value as a model may see it: without links and capabilities, without sensitive values, and without invisible
 * characters in its texts.
 */
export function showable(value: unknown, limits: ShowableLimits, key = ''): unknown {
  if (typeof value === 'string') {
    return withoutHidden(
      harmlessText(value, LONG_TEXT.has(key) ? LONG_LENGTH : STRING_LENGTH),
      limits.hidden,
    );
  }
  // As text: the reader of the answer may not be able to hold such numbers either.
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return value.map((item) => showable(item, limits, key));
  if (typeof value !== 'object' || value === null) return value;
  const isSecret = 'sensitive' in value && value.sensitive === true && !limits.allowStateSecrets;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !CAPABILITY.test(name))
      .map(([name, inner]: [string, unknown]) => [
        name,
        isSecret && name === 'value' ? null : showable(inner, limits, name),
      ]),
  );
}

/** {@link showable} for the text form. */
export function showableText(text: string, hidden: readonly string[] = []): string {
  return withoutHidden(harmlessText(text, LONG_LENGTH + 4_000), hidden);
}

function withoutHidden(text: string, hidden: readonly string[] = []): string {
  return hidden.reduce(
    (shown, secret) => (secret.length < 6 ? shown : shown.replaceAll(secret, '[token]')),
    text,
  );
}
