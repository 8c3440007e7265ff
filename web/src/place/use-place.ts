import { useParams } from '@tanstack/react-router';

/** The organization, workspace and run of this page. */
export function usePlace(): { org: string; workspace: string; run: string; section: string } {
  const { org = '', workspace = '', run = '', section = '' } = useParams({ strict: false });
  return { org, workspace, run, section };
}
