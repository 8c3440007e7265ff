import { Alert } from '@mantine/core';
import { relatedId } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../router/use-place.ts';
import { workspaceQuery } from '../session/reads.ts';
import type { RunView } from './run-view.ts';

const W = words.run.wait;
const QUEUED = ['pending', 'queuing', 'plan_queued', 'apply_queued', 'queuing_apply'];

/** Why a run that waits has not begun. */
export function WaitReason({ view }: { view: RunView }) {
  const { org, workspace } = usePlace();
  const { run, status } = view;
  const name = view.workspaceName ?? workspace;
  const waits = QUEUED.includes(status);
  const { data } = useQuery({
    ...workspaceQuery(org, name),
    enabled: waits,
    refetchInterval: waits ? 3_000 : false,
  });
  if (!waits) return null;
  const holder = data === undefined ? undefined : relatedId(data, 'locked-by');
  const position = run.attributes['position-in-queue'] ?? 0;
  const reason = data?.attributes['locked-reason'];
  return (
    <Alert color="gray" variant="light" icon={<Icon name="clock" />} role="status">
      <span className="row">
        {holder !== undefined && holder !== run.id && holder.startsWith('run-') ? (
          <span>
            {W.behind}{' '}
            <Link to="/$org/workspaces/$workspace/runs/$run" params={{ org, workspace: name, run: holder }}>
              <code>{holder}</code>
            </Link>
            .
          </span>
        ) : holder !== undefined && holder !== run.id ? (
          <span className="foreign">
            {W.locked}
            {reason ? `: “${visibleText(reason)}”` : '.'}
          </span>
        ) : (
          <span>{status.endsWith('queued') ? W.runner : W.soon}</span>
        )}
        {position > 0 && <span>{W.position(position)}</span>}
      </span>
    </Alert>
  );
}
