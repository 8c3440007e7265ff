/** The access of a team to one workspace or project, which is its subject. */
export interface Grant {
  id: string;
  organization_id: string;
  team_id: string;
  subject_id: string;
  access: string;
  /** All details of the custom level; null for the other levels. */
  details: object | null;
}
