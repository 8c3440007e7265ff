import { Button, Modal, Textarea } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Refused } from './refused.tsx';

const D = words.action.dialog;

interface Props {
  title: string;
  text: string;
  button: string;
  /** Some actions need no reason. */
  takesReason?: boolean;
  isReasonNeeded?: boolean;
  isDangerous?: boolean;
  act: Pick<UseMutationResult<unknown, Error, string>, 'error' | 'isPending' | 'mutate'>;
  close: () => void;
}

/** Explains an action, and asks for a reason. */
export function ReasonDialog(props: Props) {
  const { title, text, button, takesReason = true, isReasonNeeded = false, isDangerous = false } = props;
  const { act, close } = props;
  const [reason, setReason] = useState('');
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': words.shell.close }}>
      <div className="stack">
        <p>{text}</p>
        {takesReason && (
          <Textarea
            data-autofocus
            label={isReasonNeeded ? D.reasonNeeded : D.reason}
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
            color={isDangerous ? 'red' : 'blue'}
            disabled={isReasonNeeded && reason.trim() === ''}
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
