import { Alert, Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Facts } from '../parts/facts.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { planQuery } from '../changes/use-plan.ts';
import { usePlace } from '../router/use-place.ts';
import { Refused } from './refused.tsx';
import { countsText, type RunView } from './run-view.ts';
import { useRunAction } from './use-run-action.ts';
import classes from './confirm.module.css';

const MOST_NAMED = 6;
const D = words.action.dialog;

/**
 * Confirms the plan that was shown when the dialog opened, and no other: when the run moves on meanwhile, nothing can be
 * confirmed here any more. What destroys takes the workspace's name.
 */
export function ConfirmDialog({ view, close }: { view: RunView; close: () => void }) {
  const { workspace } = usePlace();
  const [shown] = useState(view);
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const plan = useQuery(planQuery(view.run.id));
  const act = useRunAction(view.run.id, 'apply', close);

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
  const mayApply = isSame && (!destroysSome || typed.trim() === name) && !act.isPending && !act.isSuccess;
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
          {...(destroysSome ? {} : { 'data-autofocus': true })}
          label={D.comment}
          autosize
          minRows={2}
          value={comment}
          onChange={({ currentTarget }) => setComment(currentTarget.value)}
        />
        {destroysSome && (
          <TextInput
            data-autofocus
            label={D.typeName(name)}
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
