import { sql, type Kysely } from 'kysely';

/** Notification configurations may also belong to a project, or to a team. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table notification_configuration
    alter column workspace_id drop not null,
    add column project_id text references project on delete cascade,
    add column team_id text references team on delete cascade,
    add constraint notification_configuration_one_owner check (num_nonnulls(workspace_id, project_id, team_id) = 1)`,
  `create index notification_configuration_project on notification_configuration (project_id)`,
  `create index notification_configuration_team on notification_configuration (team_id)`,
];
