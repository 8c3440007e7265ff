import { Button, Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Refused } from './refused.tsx';

interface Props {
  button: string;
  title: string;
  text?: ReactNode;
  act: () => Promise<unknown>;
}

/** A button for an action that cannot be undone: it asks first. */
export function ConfirmDelete({ button, title, text, act }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const go = async (): Promise<void> => {
    setPending(true);
    setError(undefined);
    try {
      await act();
      setOpen(false);
    } catch (reason) {
      setError(reason);
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Button variant="subtle" color="red" size="compact-xs" onClick={() => setOpen(true)}>
        {button}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={title}
        closeButtonProps={{ 'aria-label': words.shell.close }}
      >
        <div className="stack">
          {text !== undefined && <p>{text}</p>}
          <Refused error={error} />
          <div className="row" style={{ justifyContent: 'flex-end' }}>
            <Button size="sm" variant="default" onClick={() => setOpen(false)}>
              {words.form.cancel}
            </Button>
            <Button size="sm" color="red" loading={isPending} onClick={() => void go()}>
              {button}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}
