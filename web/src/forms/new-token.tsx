import { Alert, Button, Modal, TextInput } from '@mantine/core';
import type { Token } from '@runwright/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Icon } from '../parts/icon.tsx';
import { Form } from './form.tsx';

const T = laterWords.setting.tokens;

interface Props {
  label?: string;
  create: (description: string) => Promise<Token>;
  done: () => Promise<unknown>;
}

/** Makes a token and shows its secret until the dialog is closed. */
export function NewToken({ label = T.create, create, done }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [description, setDescription] = useState('');
  const make = useMutation({ mutationFn: () => create(description.trim()), onSuccess: () => done() });
  const secret = make.data?.attributes.token;
  const close = (): void => {
    setOpen(false);
    setDescription('');
    make.reset();
  };
  return (
    <>
      <Button size="sm" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={label}
        closeButtonProps={{ 'aria-label': words.shell.close }}
      >
        {typeof secret === 'string' ? (
          <div className="stack">
            <Alert variant="light" color="blue">
              {T.once}
            </Alert>
            <div className="row">
              <code className="foreign">{secret}</code>
              <CopyButton text={secret} label={words.action.copy} />
            </div>
          </div>
        ) : (
          <Form
            submit={() => make.mutate()}
            isPending={make.isPending}
            error={make.error}
            label={words.form.create}
            cancel={close}
          >
            {(errorOf) => (
              <TextInput
                data-autofocus
                label={T.what}
                value={description}
                error={errorOf('description')}
                onChange={({ currentTarget }) => setDescription(currentTarget.value)}
              />
            )}
          </Form>
        )}
      </Modal>
    </>
  );
}
