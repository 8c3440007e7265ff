import { Link } from '@tanstack/react-router';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import type { RunView } from '../run/run-view.ts';

export function RunLink({ view: { run, message } }: { view: RunView }) {
  const { org, workspace } = usePlace();
  return (
    <Link
      to="/$org/workspaces/$workspace/runs/$run"
      params={{ org, workspace, run: run.id }}
      className="foreign"
    >
      {visibleText(message)}
    </Link>
  );
}
