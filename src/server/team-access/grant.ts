/** What a team may do in one workspace or project, which is its subject. */
export interface Grant {
  id: string;
  organization_id: string;
  team_id: string;
  subject_id: string;
  access: string;
  /** Of the custom level only: all of them. */
  details: object | null;
}
