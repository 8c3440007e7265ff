import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { words } from '../words/words.ts';
import type { RunAction } from './copy-as.ts';
import { Refused } from './refused.tsx';
import { useRunAction } from './use-run-action.ts';
import type { RunView } from './run-view.ts';

type Stopping = Exclude<RunAction, 'apply'>;
const D = words.action.dialog;
const TEXTS: Readonly<Record<Stopping, { title: string; text: string; button: string }>> = {
  discard: { title: D.discardTitle, text: D.discardText, button: words.action.discard },
  cancel: { title: D.cancelTitle, text: D.cancelText, button: words.action.cancel },
  'force-cancel': { title: D.forceTitle, text: D.forceText, button: words.action.forceCancel },
  'force-execute': { title: D.executeTitle, text: D.executeText, button: words.action.forceExecute },
};

/** Says what will come of it, and asks for a reason. */
export function ActionDialog({
  view,
  action,
  close,
}: {
  view: RunView;
  action: Stopping;
  close: () => void;
}) {
  const [reason, setReason] = useState('');
  const act = useRunAction(view.run.id, action, close);
  const { title, text, button } = TEXTS[action];
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': words.shell.close }}>
      <div className="stack">
        <p>{text}</p>
        {action !== 'force-execute' && (
          <Textarea
            data-autofocus
            label={D.reason}
            autosize
            minRows={2}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
        <Refused error={act.error} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button size="sm" variant="default" onClick={close}>
            {D.back}
          </Button>
          <Button
            size="sm"
            color={action === 'force-cancel' ? 'red' : 'blue'}
            loading={act.isPending}
            onClick={() => act.mutate(reason)}
          >
            {button}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
