import { Alert, Button, Modal, Textarea, TextInput } from '@mantine/core';
import { relatedId } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Facts } from '../parts/facts.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { planQuery } from '../changes/use-plan.ts';
import { riskQuery } from '../changes/use-risk.ts';
import { money } from '../gates/money.ts';
import { costQuery } from '../gates/reads.ts';
import { usePlace } from '../place/use-place.ts';
import { Refused } from '../parts/refused.tsx';
import { countsText, type RunView } from './run-view.ts';
import { useRunAction } from './use-run-action.ts';
import classes from './confirm.module.css';

const MOST_NAMED = 6;
const D = words.action.dialog;
const R = words.change.risk;

/**
 * Confirms only the plan that was shown when the dialog opened: when the run changes meanwhile, this dialog can
 * confirm nothing any more. A destructive or high-risk plan needs the workspace's name.
 */
export function ConfirmDialog({ view, close }: { view: RunView; close: () => void }) {
  const { workspace } = usePlace();
  const [shown] = useState(view);
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const plan = useQuery(planQuery(view.run.id));
  const act = useRunAction(view.run.id, 'apply', close);

  const weighed = useQuery(riskQuery(view.run.id));
  const risk = weighed.data?.attributes;
  const estimateId = relatedId(view.run, 'cost-estimate') ?? '';
  const cost = useQuery({ ...costQuery(view.run.id, estimateId), enabled: estimateId !== '' }).data
    ?.attributes;
  const isRisky = risk?.level === 'high' || risk?.level === 'critical';

  const name = shown.workspaceName ?? workspace;
  const destroys = (plan.data?.changes ?? []).filter(
    ({ action }) => action === 'delete' || action === 'replace',
  );
  const destroysSome =
    destroys.length > 0 || (shown.counts?.destroy ?? 0) > 0 || shown.run.attributes['is-destroy'] === true;
  const isSame =
    view.plan?.id === shown.plan?.id &&
    view.status === shown.status &&
    view.run.attributes.actions?.['is-confirmable'] === true;
  const mustType = destroysSome || isRisky;
  const mayApply =
    isSame && !weighed.isPending && (!mustType || typed.trim() === name) && !act.isPending && !act.isSuccess;
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={D.confirmTitle}
      closeButtonProps={{ 'aria-label': words.shell.close }}
    >
      <div className="stack">
        <p className={`${classes['message'] ?? ''} foreign`}>{visibleText(shown.message)}</p>
        <Facts
          facts={[
            [D.workspace, name],
            [D.plan, countsText(shown.counts, false)],
            [
              D.risk,
              typeof risk?.score === 'number' && `${R.levels[risk.level ?? ''] ?? ''} ${R.score(risk.score)}`,
            ],
            [
              D.cost,
              cost?.status === 'finished' && money(cost['delta-monthly-cost'], cost.currency ?? '', true),
            ],
            ['', <code key="id">{shown.plan?.id}</code>],
          ]}
        />
        {destroys.length > 0 && (
          <div className={classes['destroys']}>
            <b>{D.willDestroy}</b>
            <ul>
              {destroys.slice(0, MOST_NAMED).map(({ address, action }) => (
                <li key={address}>
                  <span>{words.change.action[action]}</span>{' '}
                  <code className="foreign">{visibleText(address)}</code>
                </li>
              ))}
            </ul>
            {destroys.length > MOST_NAMED && <p>{D.andMore(destroys.length - MOST_NAMED)}</p>}
          </div>
        )}
        {!isSame && !act.isPending && (
          <Alert color="red" variant="light" role="alert">
            {D.changed}
          </Alert>
        )}
        <Textarea
          {...(mustType ? {} : { 'data-autofocus': true })}
          label={D.comment}
          autosize
          minRows={2}
          value={comment}
          onChange={({ currentTarget }) => setComment(currentTarget.value)}
        />
        {mustType && (
          <TextInput
            data-autofocus
            label={destroysSome ? D.typeName(name) : D.typeNameForRisk(name)}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
        <Refused error={act.error} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button size="sm" variant="default" onClick={close}>
            {D.back}
          </Button>
          <Button
            size="sm"
            color={destroysSome ? 'red' : 'blue'}
            disabled={!mayApply}
            loading={act.isPending}
            onClick={() => act.mutate(comment)}
          >
            {D.apply}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
