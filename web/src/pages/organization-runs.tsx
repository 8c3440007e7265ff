import { words } from '../words/words.ts';
import { PageHead } from '../parts/page-head.tsx';
import { usePlace } from '../place/use-place.ts';
import { RunList } from '../run/run-list.tsx';
import { useTitle } from '../shell/use-title.ts';

export function OrganizationRunsPage() {
  const { org } = usePlace();
  useTitle(words.page.runs.title, org);
  return (
    <>
      <PageHead title={words.page.runs.title} />
      <RunList key={org} org={org} />
    </>
  );
}
