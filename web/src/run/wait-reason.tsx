import { Alert } from '@mantine/core';
import { relatedId, type WaitReason as Reason } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { Age, durationText } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import { isOver } from '../status/status.ts';
import type { RunView } from './run-view.ts';

const W = words.run.wait;
/** Other runs change the reason, and this run gets no event. */
const LOOK_EVERY_MS = 5_000;
/** Reasons that the stages and the bar at the bottom already show. */
const SAID = ['terraform-works', 'phase-works', 'confirmation'];

/** Why the run does not go on: what it waits for, since when, and for how long yet. */
export function WaitReason({ view }: { view: RunView }) {
  const { run, status } = view;
  const over = isOver(status);
  const { data = [] } = useQuery({
    queryKey: ['wait-reasons', run.id, status],
    queryFn: ({ signal }) => client.waitReasons.ofRun(run.id, { signal }),
    enabled: !over,
    retry: false,
    refetchInterval: LOOK_EVERY_MS,
  });
  const reasons = data.filter(({ attributes }) => !SAID.includes(attributes.kind));
  if (over || reasons.length === 0) return null;
  return (
    <Alert color="gray" variant="light" icon={<Icon name="clock" />} role="status">
      <ul className="plain">
        {reasons.map((reason) => (
          <Line key={reason.id} reason={reason} workspace={view.workspaceName} />
        ))}
      </ul>
    </Alert>
  );
}

function Line({ reason, workspace }: { reason: Reason; workspace: string | undefined }) {
  const { org, workspace: here } = usePlace();
  const { message, since, until, 'estimated-seconds': seconds } = reason.attributes;
  const blocking = relatedId(reason, 'blocking-run');
  return (
    <li className="row">
      <span className="foreign">{visibleText(message)}</span>
      {blocking !== undefined && (
        <Link
          to="/$org/workspaces/$workspace/runs/$run"
          params={{ org, workspace: workspace ?? here, run: blocking }}
        >
          {W.look}
        </Link>
      )}
      {since !== null && (
        <span className="muted">
          {W.since} <Age at={since} />
        </span>
      )}
      {until !== null && (
        <time className="muted" dateTime={until}>
          {W.until(new Date(until).toLocaleString())}
        </time>
      )}
      {seconds !== null && <span className="muted">{W.about(durationText(seconds * 1_000))}</span>}
    </li>
  );
}
