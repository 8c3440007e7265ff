import {
  relatedIds,
  type Resource,
  type TaskResult,
  type TaskResultOutcome,
  type TaskStage,
} from '@runwright/client';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { client } from '../session/client.ts';
import { OverrideDialog } from './override-dialog.tsx';
import { Evaluation } from './policy-tab.tsx';
import { taskOutcomesQuery, taskStagesQuery } from './reads.ts';
import classes from './gates.module.css';

const T = words.gate.tasks;
const FAILED = new Set(['failed', 'errored', 'unreachable']);

/** The results of the run tasks, stage by stage, and the decision on a failure. */
export function TasksTab({ runId }: { runId: string }) {
  const stages = useQuery(taskStagesQuery(runId));
  if (stages.isPending) return <Loading />;
  if (stages.isError) return <Failed error={stages.error} retry={() => void stages.refetch()} />;
  const { data, included = [] } = stages.data;
  if (data.length === 0) return <Empty title={T.none} />;
  return (
    <div className="stack">
      {data.map((stage) => (
        <Stage key={stage.id} runId={runId} stage={stage} included={included} />
      ))}
    </div>
  );
}

function Stage({
  runId,
  stage,
  included,
}: {
  runId: string;
  stage: TaskStage;
  included: readonly Resource[];
}) {
  const { attributes: a } = stage;
  const [isOverriding, setOverriding] = useState(false);
  const ids = new Set(relatedIds(stage, 'task-results'));
  const results = included.filter(({ id }) => ids.has(id)) as unknown as readonly TaskResult[];
  const mayOverride = a.permissions?.['can-override'] === true;
  const override = a.actions?.['is-overridable'] === true && (
    <>
      {!mayOverride && <span className="muted">{T.mayNot}</span>}
      <Button size="xs" variant="default" disabled={!mayOverride} onClick={() => setOverriding(true)}>
        {words.gate.override}
      </Button>
    </>
  );
  const policies = relatedIds(stage, 'policy-evaluations');
  return (
    <Card title={T.stages[a.stage] ?? a.stage} aside={override} flush>
      {policies.map((id) => (
        <Evaluation key={id} runId={runId} id={id} checkStatus={a.status} />
      ))}
      <ul className={classes['outcomes']}>
        {results.map((result) => (
          <Result key={result.id} runId={runId} result={result} />
        ))}
      </ul>
      {isOverriding && (
        <OverrideDialog
          runId={runId}
          title={T.overrideTitle}
          text={T.overrideText}
          override={async (comment) => await client.taskStages.override(stage.id, { comment })}
          close={() => setOverriding(false)}
        />
      )}
    </Card>
  );
}

function Result({ runId, result }: { runId: string; result: TaskResult }) {
  const { attributes: a } = result;
  const hasFailed = FAILED.has(a.status);
  const level = a['workspace-task-enforcement-level'] ?? '';
  const hasOutcomes = relatedIds(result, 'task-result-outcomes').length > 0;
  return (
    <li data-status={hasFailed ? 'failed' : a.status}>
      <Icon name={hasFailed ? 'cross' : a.status === 'passed' ? 'check' : 'clock'} size={14} />
      <div>
        <p>
          <b className="foreign">{visibleText(a['task-name'] ?? '')}</b>{' '}
          <span className="muted">
            {T.status[a.status] ?? a.status} · {T.level[level] ?? level}
          </span>
        </p>
        {typeof a.message === 'string' && a.message !== '' && (
          <p className="foreign">{visibleText(a.message)}</p>
        )}
        <Details url={a.url} />
        {hasOutcomes && <Outcomes runId={runId} result={result} />}
      </div>
    </li>
  );
}

function Outcomes({ runId, result }: { runId: string; result: TaskResult }) {
  const outcomes = useQuery(taskOutcomesQuery(runId, result.id, result.attributes.status));
  if (outcomes.isPending) return <Loading />;
  if (outcomes.isError) return <Failed error={outcomes.error} retry={() => void outcomes.refetch()} />;
  return (
    <ul aria-label={T.outcomes}>
      {outcomes.data.data.map(({ id, attributes }: TaskResultOutcome) => (
        <li key={id}>
          <span className="foreign">
            {visibleText(attributes['outcome-id'])}: {visibleText(attributes.description)}
          </span>{' '}
          <Details url={attributes.url} />
        </li>
      ))}
    </ul>
  );
}

/** Only web addresses become links: the service could send anything. */
function Details({ url }: { url: string | null | undefined }) {
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {T.details}
    </a>
  );
}
