/**
 * Every column that holds sealed values, with the column that names its row. `runwright rotate-keys` goes through this
 * list, and a test compares it with the schema: the name of a sealed column starts with `sealed_`, and no other does.
 */
export const SEALED_COLUMNS = [
  { table: 'variable', column: 'sealed_value', id: 'id' },
  { table: 'run_variables', column: 'sealed_values', id: 'run_id' },
  { table: 'ssh_key', column: 'sealed_value', id: 'id' },
  { table: 'notification_configuration', column: 'sealed_token', id: 'id' },
  { table: 'policy_set_parameter', column: 'sealed_value', id: 'id' },
  { table: 'run_task', column: 'sealed_hmac_key', id: 'id' },
  { table: 'task_result', column: 'sealed_access_token', id: 'id' },
] as const satisfies readonly { table: string; column: `sealed_${string}`; id: string }[];

type Entry = (typeof SEALED_COLUMNS)[number];

/** `table.column`: with the row's id the place that a sealed value is bound to. */
export type SealedColumn =
  | { [E in Entry as E['table']]: `${E['table']}.${E['column']}` }[Entry['table']]
  /** What a page's form brings back; it is stored nowhere. */
  | 'run_approval.ticket'
  /** What a browser keeps while it is at an identity provider; it is stored nowhere. */
  | 'user_identity.attempt';
