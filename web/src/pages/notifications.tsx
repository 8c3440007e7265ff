import { Button, Checkbox, Modal, Select, Switch, TextInput } from '@mantine/core';
import type { NotificationFields } from '@runwright/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { ConfirmDelete } from '../parts/confirm-delete.tsx';
import { Icon } from '../parts/icon.tsx';
import { errorText } from '../parts/page-state.tsx';
import { Form } from '../forms/form.tsx';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import { workspaceQuery } from '../session/reads.ts';
import { SimpleList } from '../settings/simple-list.tsx';
import { useList } from '../settings/use-list.ts';
import { useTitle } from '../shell/use-title.ts';

const N = laterWords.setting.notifications;
const TRIGGERS = [
  'run:created',
  'run:planning',
  'run:needs_attention',
  'run:applying',
  'run:completed',
  'run:errored',
];
type Kind = NonNullable<NotificationFields['destination-type']>;

/** The receivers of notifications about a workspace's runs. */
export function NotificationsPage() {
  const { org, workspace: name } = usePlace();
  useTitle(laterWords.page.workspace.notifications, name);
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  return workspace === undefined ? null : <Notifications key={workspace.id} id={workspace.id} />;
}

function Notifications({ id }: { id: string }) {
  const { query, again } = useList(['notifications', id], (page) =>
    client.notificationConfigurations.list(id, page),
  );
  const [isCreating, setCreating] = useState(false);
  const [answer, setAnswer] = useState<string>();
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      setAnswer(N.accepted);
    } catch (error) {
      setAnswer(errorText(error));
    }
    await again();
  };
  return (
    <div className="stack">
      {answer !== undefined && (
        <p role="status" className="foreign">
          {answer}
        </p>
      )}
      <SimpleList
        query={query}
        title={laterWords.page.workspace.notifications}
        aside={
          <Button
            variant="default"
            leftSection={<Icon name="plus" size={13} />}
            onClick={() => setCreating(true)}
          >
            {N.create}
          </Button>
        }
        columns={[words.form.name, N.kind, N.triggers, N.enabled, '']}
        keyOf={({ id: each }) => each}
        row={({ id: each, attributes: a }) => [
          a.name,
          a['destination-type'],
          a.triggers?.join(', '),
          <Switch
            key="on"
            size="xs"
            aria-label={N.enabled}
            checked={a.enabled}
            onChange={({ currentTarget: { checked } }) =>
              void act(() => client.notificationConfigurations.update(each, { enabled: checked }))
            }
          />,
          <span key="tools" className="row">
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => void act(() => client.notificationConfigurations.verify(each))}
            >
              {N.verify}
            </Button>
            <ConfirmDelete
              button={words.form.delete}
              title={`${words.form.delete}: ${a.name}`}
              act={async () => {
                await client.notificationConfigurations.delete(each);
                await again();
              }}
            />
          </span>,
        ]}
      />
      {isCreating && <CreateNotification id={id} close={() => setCreating(false)} done={again} />}
    </div>
  );
}

function CreateNotification({
  id,
  close,
  done,
}: {
  id: string;
  close: () => void;
  done: () => Promise<void>;
}) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('generic');
  const [url, setUrl] = useState('');
  const [triggers, setTriggers] = useState<readonly string[]>(['run:needs_attention', 'run:errored']);
  const create = useMutation({
    mutationFn: () =>
      client.notificationConfigurations.create(id, {
        name: name.trim(),
        'destination-type': kind,
        enabled: false,
        triggers,
        ...(kind === 'email' ? {} : { url: url.trim() }),
      }),
    onSuccess: async () => {
      await done();
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={N.create} closeButtonProps={{ 'aria-label': words.shell.close }}>
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
              required
              label={words.form.name}
              value={name}
              error={errorOf('name')}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <Select
              label={N.kind}
              allowDeselect={false}
              data={['generic', 'slack', 'microsoft-teams', 'email']}
              value={kind}
              onChange={(value) => value !== null && setKind(value as Kind)}
            />
            {kind !== 'email' && (
              <TextInput
                required
                type="url"
                label={N.url}
                value={url}
                error={errorOf('url')}
                onChange={({ currentTarget }) => setUrl(currentTarget.value)}
              />
            )}
            <Checkbox.Group label={N.triggers} value={[...triggers]} onChange={setTriggers}>
              <div className="stack" style={{ gap: 6, marginTop: 6 }}>
                {TRIGGERS.map((trigger) => (
                  <Checkbox key={trigger} size="xs" value={trigger} label={trigger} />
                ))}
              </div>
            </Checkbox.Group>
          </>
        )}
      </Form>
    </Modal>
  );
}
