import { Button, Menu, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { words } from '../words/words.ts';
import { copyText } from '../parts/copy-text.ts';
import { Icon } from '../parts/icon.tsx';
import { missingText } from '../gates/missing-text.ts';
import { approvalsQuery } from '../gates/reads.ts';
import { useKeys } from '../keys/use-keys.ts';
import { copiesOf, type RunAction } from './copy-as.ts';
import { possibleActions, type PossibleAction } from './possible-actions.ts';
import { RetryButton } from './retry-button.tsx';
import { isOver } from '../status/status.ts';
import { stateSentence } from './state-sentence.ts';
import type { RunView } from './run-view.ts';
import classes from './run.module.css';

const ConfirmDialog = lazy(async () => ({ default: (await import('./confirm-dialog.tsx')).ConfirmDialog }));
const ActionDialog = lazy(async () => ({ default: (await import('./action-dialog.tsx')).ActionDialog }));

/** The state of the run, and the possible actions. The same on large and small screens. */
export function ActionBar({ view }: { view: RunView }) {
  const [open, setOpen] = useState<RunAction | null>(null);
  const isConfirmable = view.run.attributes.actions?.['is-confirmable'] === true;
  const standing = useQuery({ ...approvalsQuery(view.run.id), enabled: isConfirmable });
  const actions = possibleActions(view, standing.data);
  const openIf = (wanted: RunAction): void => {
    if (actions.some(({ action, why }) => action === wanted && why === undefined)) setOpen(wanted);
  };
  useKeys({ a: () => openIf('apply'), d: () => openIf('discard') });
  const close = (): void => setOpen(null);
  return (
    <section className={`${classes['bar'] ?? ''} no-print`} aria-label={words.action.more}>
      <p className={classes['sentence']}>
        {stateSentence(view)} {isConfirmable && standing.data !== undefined && missingText(standing.data)}
      </p>
      <div className={classes['buttons']}>
        {actions.length > 0 && <CopyMenu actions={actions} view={view} />}
        {isOver(view.status) && <RetryButton view={view} />}
        {actions.map((each) => (
          <ActionButton key={each.action} {...each} open={() => setOpen(each.action)} />
        ))}
      </div>
      <Suspense>
        {open === 'apply' && <ConfirmDialog view={view} close={close} />}
        {open !== null && open !== 'apply' && <ActionDialog view={view} action={open} close={close} />}
      </Suspense>
    </section>
  );
}

function ActionButton({ action, text, why, open }: PossibleAction & { open: () => void }) {
  const isPrimary = action === 'apply';
  const isDangerous = action === 'force-cancel';
  return (
    <Tooltip label={why} disabled={why === undefined}>
      <Button
        size="sm"
        variant={isPrimary || isDangerous ? 'filled' : 'default'}
        {...(isDangerous ? { color: 'red' } : {})}
        aria-disabled={why !== undefined}
        data-disabled={why !== undefined || undefined}
        onClick={why === undefined ? open : undefined}
        {...(isPrimary ? { leftSection: <Icon name="check" size={15} /> } : {})}
      >
        {text}
        {why !== undefined && <span className="sr-only">. {why}</span>}
      </Button>
    </Tooltip>
  );
}

function CopyMenu({ actions, view }: { actions: readonly PossibleAction[]; view: RunView }) {
  const A = words.action;
  return (
    <Menu position="top-end" shadow="md">
      <Menu.Target>
        <Button size="sm" variant="subtle" color="gray" leftSection={<Icon name="terminal" size={14} />}>
          {A.copyAs}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ action, text }) => {
          const { cli, curl, mcp } = copiesOf(action, view);
          return (
            <div key={action}>
              <Menu.Label>{text}</Menu.Label>
              {cli !== undefined && <Menu.Item onClick={() => void copyText(cli)}>{A.copyCli}</Menu.Item>}
              <Menu.Item onClick={() => void copyText(curl)}>{A.copyCurl}</Menu.Item>
              {mcp !== undefined && <Menu.Item onClick={() => void copyText(mcp)}>{A.copyMcp}</Menu.Item>}
            </div>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
