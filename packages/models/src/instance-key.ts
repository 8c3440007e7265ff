/** `[0]` or `["web"]`. `spelling` keeps the quoted text as written, since one key can be escaped in several ways. */
export type InstanceKey =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string; readonly spelling: string };

export function printKey(key: InstanceKey | null): string {
  if (key === null) return '';
  return key.kind === 'number' ? `[${key.value}]` : `[${key.spelling}]`;
}

/** The key `["…"]` of an address, escaped as terraform prints it. */
export function stringKey(value: string): InstanceKey {
  const escaped = value
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  return { kind: 'string', value, spelling: `"${escaped}"` };
}
