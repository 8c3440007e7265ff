/**
 * Every column that holds sealed values, with the column that names its row. `runwright rotate-keys` processes this
 * list, and a test compares it with the schema: exactly the sealed columns have names that start with `sealed_`.
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

/** `table.column`: a sealed value is bound to it and to the row's id. */
export type SealedColumn =
  | { [E in Entry as E['table']]: `${E['table']}.${E['column']}` }[Entry['table']]
  /** The ticket in a page's form; it is stored nowhere. */
  | 'run_approval.ticket'
  /** The cookie of a browser that is at an identity provider; it is stored nowhere. */
  | 'user_identity.attempt';
