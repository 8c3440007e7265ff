import { Button } from '@mantine/core';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { possibleActions } from './possible-actions.ts';
import type { RunView } from './run-view.ts';
import { useRun } from './use-run.ts';
import classes from './run-list.module.css';

const ConfirmDialog = lazy(async () => ({ default: (await import('./confirm-dialog.tsx')).ConfirmDialog }));
const ActionDialog = lazy(async () => ({ default: (await import('./action-dialog.tsx')).ActionDialog }));

type Decision = 'apply' | 'discard';

interface Asked {
  id: string;
  action: Decision;
}

/**
 * Decisions about the runs of a list. The dialog belongs to the list and not to a row: it stays, and shows that the
 * run has changed, when another person's decision takes the row away.
 */
export function useDecision(): { buttons: (view: RunView) => ReactNode; dialog: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  return {
    buttons: (view) => <Buttons view={view} ask={(action) => setAsked({ id: view.run.id, action })} />,
    dialog: asked !== null && (
      <Suspense>
        <Dialog key={asked.id} {...asked} close={() => setAsked(null)} />
      </Suspense>
    ),
  };
}

function Buttons({ view, ask }: { view: RunView; ask: (action: Decision) => void }) {
  const offered = possibleActions(view, undefined).flatMap(({ action, text, why }) =>
    (action === 'apply' || action === 'discard') && why === undefined ? [{ action, text }] : [],
  );
  // A run that cannot be applied is not waiting for this viewer.
  if (!offered.some(({ action }) => action === 'apply')) return null;
  return (
    <span className={classes['decisions']}>
      {offered.map(({ action, text }) => (
        <Button
          key={action}
          size="compact-xs"
          variant={action === 'apply' ? 'light' : 'subtle'}
          {...(action === 'apply' ? {} : { color: 'gray' })}
          onClick={() => ask(action)}
        >
          {text}
        </Button>
      ))}
    </span>
  );
}

function Dialog({ id, action, close }: Asked & { close: () => void }) {
  const { view } = useRun(id);
  if (view === undefined) return null;
  return action === 'apply' ? (
    <ConfirmDialog view={view} close={close} />
  ) : (
    <ActionDialog view={view} action={action} close={close} />
  );
}
