/** `plan_only` → `plan-only`: a field's name in JSON:API attributes. */
export function snakeToKebab(key: string): string {
  return key.replaceAll('_', '-');
}

/** `plan-only` → `plan_only`: a JSON:API attribute's name as a field. */
export function kebabToSnake(key: string): string {
  return key.replaceAll('-', '_');
}

/** The same record under other keys. Values stay unchanged at any depth: a variable's name is data, not a key. */
export function renameKeys(
  record: Readonly<Record<string, unknown>>,
  rename: (key: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [rename(key), value]));
}
