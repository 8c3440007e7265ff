/** Writes a quoted text, without the quotes. */
type Quoting = (text: string) => string;

const unit = (char: string, lead: string): string => lead + char.charCodeAt(0).toString(16).padStart(4, '0');
const lowerUnit = (char: string): string => unit(char, '\\u');
const upperUnit = (char: string): string => `\\u${unit(char, '').toUpperCase()}`;

const json: Quoting = (text) => JSON.stringify(text).slice(1, -1);
/** Like Go's encoder, and so `jsonencode`. */
const goJson: Quoting = (text) => json(text).replace(/[<>&\u2028\u2029]/g, lowerUnit);
const upperGoJson: Quoting = (text) => json(text).replace(/[<>&'"+\u2028\u2029]/g, upperUnit);
const asciiJson: Quoting = (text) => json(text).replace(/[\u007f-\uffff]/g, lowerUnit);
const upperAsciiJson: Quoting = (text) => json(text).replace(/[\u007f-\uffff]/g, upperUnit);
const slashedJson: Quoting = (text) => json(text).replaceAll('/', '\\/');
/** Go's `%q`, which providers use for values: its escapes of control characters differ from JSON's. */
const goQuoted: Quoting = (text) =>
  json(text)
    .replace(/\\u00([01][0-9a-f])/g, (_all, hex: string) => GO_CONTROLS[hex] ?? `\\x${hex}`)
    .replaceAll('\u007f', '\\x7f');
const GO_CONTROLS: Readonly<Record<string, string>> = { '07': '\\a', '0b': '\\v' };
/** Terraform's form of a text in a plan. */
const hcl: Quoting = (text) => json(text).replace(/([$%])\{/g, '$1$1{');

/** As errors of services quote requests, with quotes by name or by number. */
const xml: Quoting = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const xmlNamed: Quoting = (text) => xml(text).replaceAll('"', '&quot;').replaceAll("'", '&apos;');
const xmlNumbered: Quoting = (text) => xml(text).replaceAll('"', '&#34;').replaceAll("'", '&#39;');

const ONCE: readonly Quoting[] = [
  ...[json, goJson, upperGoJson, asciiJson, upperAsciiJson, slashedJson, goQuoted, hcl],
  ...[xml, xmlNamed, xmlNumbered],
];
/** Terraform quotes a text again in `jsonencode`, and in its log. */
const AGAIN: readonly Quoting[] = [json, goJson];

/** `text` as it is written between quotes in JSON, HCL, Go and XML, also when it is quoted up to `times` times in all. */
export function quotings(text: string, times: number): Set<string> {
  let forms = new Set([text, ...ONCE.map((quote) => quote(text))]);
  for (let time = 1; time < times; time++)
    forms = new Set([...forms].flatMap((form) => [form, ...AGAIN.map((quote) => quote(form))]));
  return forms;
}
