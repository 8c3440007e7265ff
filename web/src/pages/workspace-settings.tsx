import { Button, Checkbox, Modal, Select, Textarea, TextInput } from '@mantine/core';
import type { Workspace } from '@runwright/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Form } from '../forms/form.tsx';
import { ApprovalRules } from '../guards/approval-rules.tsx';
import { ChangeWindows } from '../guards/change-windows.tsx';
import { usePlace } from '../place/use-place.ts';
import { client } from '../session/client.ts';
import { workspaceQuery } from '../session/reads.ts';
import { RunTriggers } from '../workspaces/run-triggers.tsx';
import { useTitle } from '../shell/use-title.ts';

const W = words.form.workspace;
/** The value for the organization's setting. */
const OF_ORGANIZATION = 'organization';

export function WorkspaceSettingsPage() {
  const { org, workspace: name } = usePlace();
  useTitle(laterWords.page.workspace.settings, name);
  const { data } = useQuery(workspaceQuery(org, name));
  return data === undefined ? null : <Settings key={data.id} org={org} workspace={data} />;
}

function Settings({ org, workspace }: { org: string; workspace: Workspace }) {
  const { id, attributes: a } = workspace;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState({
    name: a.name,
    description: a.description ?? '',
    engine: a.engine ?? OF_ORGANIZATION,
    version: a['terraform-version'],
    folder: a['working-directory'] ?? '',
    mode: a['execution-mode'],
    isAuto: a['auto-apply'],
  });
  const set = (changes: Partial<typeof form>): void => setForm((before) => ({ ...before, ...changes }));
  const save = useMutation({
    mutationFn: () =>
      client.workspaces.update(id, {
        name: form.name.trim(),
        description: form.description,
        engine: form.engine === OF_ORGANIZATION ? null : (form.engine as 'terraform' | 'opentofu'),
        'terraform-version': form.version.trim(),
        'working-directory': form.folder.trim(),
        'auto-apply': form.isAuto,
        ...(form.mode === a['execution-mode'] ? {} : { 'execution-mode': form.mode as 'remote' | 'local' }),
      }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ['workspace'] });
      if (saved.attributes.name === a.name) return;
      await navigate({
        to: '/$org/workspaces/$workspace/settings',
        params: { org, workspace: saved.attributes.name },
      });
    },
  });
  const mayChange = a.permissions['can-update'] === true;
  return (
    <div className="stack" style={{ maxWidth: 640 }}>
      <Card title={words.shell.sections.general}>
        <Form
          submit={() => save.mutate()}
          isPending={save.isPending}
          error={save.error}
          label={save.isSuccess ? words.form.saved : words.form.save}
          disabled={!mayChange}
        >
          {(errorOf) => (
            <>
              <TextInput
                label={words.form.name}
                description={W.nameHint}
                required
                withAsterisk={false}
                value={form.name}
                error={errorOf('name')}
                onChange={({ currentTarget }) => set({ name: currentTarget.value })}
              />
              <Textarea
                label={words.form.description}
                autosize
                value={form.description}
                error={errorOf('description')}
                onChange={({ currentTarget }) => set({ description: currentTarget.value })}
              />
              <Select
                label={W.engine}
                description={W.engineHint}
                allowDeselect={false}
                data={[
                  { value: OF_ORGANIZATION, label: W.engineOfOrganization },
                  { value: 'terraform', label: 'Terraform' },
                  { value: 'opentofu', label: 'OpenTofu' },
                ]}
                value={form.engine}
                error={errorOf('engine')}
                onChange={(engine) => engine !== null && set({ engine })}
              />
              <TextInput
                label={W.version}
                description={W.versionHint}
                value={form.version}
                error={errorOf('terraform-version')}
                onChange={({ currentTarget }) => set({ version: currentTarget.value })}
              />
              <TextInput
                label={W.folder}
                value={form.folder}
                error={errorOf('working-directory')}
                onChange={({ currentTarget }) => set({ folder: currentTarget.value })}
              />
              <Select
                label={W.mode}
                allowDeselect={false}
                data={['remote', 'local', ...(form.mode === 'agent' ? ['agent'] : [])]}
                value={form.mode}
                error={errorOf('execution-mode')}
                onChange={(mode) => mode !== null && set({ mode })}
              />
              <Checkbox
                label={W.autoApply}
                checked={form.isAuto}
                onChange={({ currentTarget }) => set({ isAuto: currentTarget.checked })}
              />
            </>
          )}
        </Form>
      </Card>
      {mayChange && <ApprovalRules org={org} workspace={workspace} />}
      {mayChange && <ChangeWindows workspace={workspace} />}
      {mayChange && <RunTriggers org={org} workspaceId={id} />}
      {a.permissions['can-destroy'] === true && <DeleteWorkspace org={org} id={id} name={a.name} />}
    </div>
  );
}

function DeleteWorkspace({ org, id, name }: { org: string; id: string; name: string }) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => client.workspaces.delete(id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['workspaces'] });
      await navigate({ to: '/$org/workspaces', params: { org } });
    },
  });
  return (
    <Card title={words.form.delete}>
      <div className="stack">
        <p className="muted">{W.deleteText}</p>
        <div>
          <Button variant="outline" color="red" onClick={() => setOpen(true)}>
            {words.form.delete}
          </Button>
        </div>
      </div>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={W.deleteTitle}
        closeButtonProps={{ 'aria-label': words.shell.close }}
      >
        <Form
          submit={() => remove.mutate()}
          isPending={remove.isPending}
          error={remove.error}
          label={words.form.delete}
          danger
          disabled={typed.trim() !== name}
          cancel={() => setOpen(false)}
        >
          {() => (
            <>
              <p>{W.deleteText}</p>
              <TextInput
                data-autofocus
                label={W.deleteType(name)}
                value={typed}
                autoComplete="off"
                onChange={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            </>
          )}
        </Form>
      </Modal>
    </Card>
  );
}
