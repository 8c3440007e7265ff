import { Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { client } from '../session/client.ts';
import { Form } from './form.tsx';

const W = words.form.workspace;

export function CreateWorkspace({ org, close }: { org: string; close: () => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [isAuto, setAuto] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () =>
      client.workspaces.create(org, {
        name: name.trim(),
        'auto-apply': isAuto,
        ...(description.trim() === '' ? {} : { description: description.trim() }),
      }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['workspaces'] });
      await navigate({ to: '/$org/workspaces/$workspace', params: { org, workspace: made.attributes.name } });
    },
  });
  return (
    <Modal opened onClose={close} title={W.title} closeButtonProps={{ 'aria-label': words.shell.close }}>
      <Form
        submit={() => create.mutate()}
        isPending={create.isPending}
        error={create.error}
        label={words.form.create}
        cancel={close}
      >
        {(errorOf) => (
          <>
            <TextInput
              data-autofocus
              label={words.form.name}
              description={W.nameHint}
              required
              value={name}
              error={errorOf('name')}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <Textarea
              label={words.form.description}
              value={description}
              error={errorOf('description')}
              onChange={({ currentTarget }) => setDescription(currentTarget.value)}
            />
            <Checkbox
              label={W.autoApply}
              checked={isAuto}
              onChange={({ currentTarget }) => setAuto(currentTarget.checked)}
            />
          </>
        )}
      </Form>
    </Modal>
  );
}
