import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { Form } from '../forms/form.tsx';

interface Props {
  button: string;
  label: string;
  attribute: string;
  act: (value: string) => Promise<unknown>;
}

/** A button that asks for one text and uses it. */
export function AskName({ button, label, attribute, act }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [value, setValue] = useState('');
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setPending(true);
    setError(undefined);
    try {
      await act(value.trim());
      setOpen(false);
      setValue('');
    } catch (reason) {
      setError(reason);
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Button variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen(true)}>
        {button}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={button}
        closeButtonProps={{ 'aria-label': words.shell.close }}
      >
        <Form
          submit={() => void submit()}
          isPending={isPending}
          error={error}
          label={button}
          cancel={() => setOpen(false)}
        >
          {(errorOf) => (
            <TextInput
              data-autofocus
              required
              label={label}
              value={value}
              error={errorOf(attribute)}
              onChange={({ currentTarget }) => setValue(currentTarget.value)}
            />
          )}
        </Form>
      </Modal>
    </>
  );
}
