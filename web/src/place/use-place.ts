import { useParams } from '@tanstack/react-router';

/** Where in the organization this page is. */
export function usePlace(): { org: string; workspace: string; run: string; section: string } {
  const { org = '', workspace = '', run = '', section = '' } = useParams({ strict: false });
  return { org, workspace, run, section };
}
