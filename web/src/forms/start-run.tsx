import { Button, Checkbox, Modal, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import type { Workspace } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { words } from '../words/words.ts';
import { client } from '../session/client.ts';
import { Form } from './form.tsx';
import { RUN_KINDS, emptyRunForm, runParamsOf, unreadVariable, type RunForm } from './run-form.ts';

const F = words.form.run;

/** Starts a run with all of its parameters; rarely used ones are folded away. */
export function StartRun({
  org,
  workspace,
  close,
}: {
  org: string;
  workspace: Workspace;
  close: () => void;
}) {
  const [form, setForm] = useState<RunForm>(emptyRunForm);
  const [showsMore, setShowsMore] = useState(false);
  const [key] = useState(() => [...crypto.getRandomValues(new Uint32Array(4))].join('-'));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { name } = workspace.attributes;
  const create = useMutation({
    // One form starts one run, however often its button is pressed.
    mutationFn: () =>
      client.runs.create({ workspace_id: workspace.id, params: runParamsOf(form) }, { idempotencyKey: key }),
    onSuccess: async (run) => {
      for (const each of ['runs', 'workspace', 'workspaces'])
        void queries.invalidateQueries({ queryKey: [each] });
      await navigate({
        to: '/$org/workspaces/$workspace/runs/$run',
        params: { org, workspace: name, run: run.id },
      });
    },
  });
  const set = (changes: Partial<RunForm>): void => setForm((before) => ({ ...before, ...changes }));
  const isDestroy = form.kind === 'destroy';
  const badVariable = unreadVariable(form.variables);
  const isReady = (!isDestroy || form.typedName.trim() === name) && badVariable === undefined;
  const check = (field: 'autoApply' | 'refresh' | 'emptyApply' | 'debugging' | 'configGeneration') => (
    <Checkbox
      label={F[field]}
      checked={form[field]}
      onChange={(event) => set({ [field]: event.currentTarget.checked })}
    />
  );
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={`${F.title} · ${name}`}
      closeButtonProps={{ 'aria-label': words.shell.close }}
    >
      <Form
        submit={() => create.mutate()}
        isPending={create.isPending || create.isSuccess}
        error={create.error}
        label={F.submit}
        cancel={close}
        disabled={!isReady}
        danger={isDestroy}
      >
        {(errorOf) => (
          <>
            <TextInput
              data-autofocus
              label={F.message}
              description={F.messageHint}
              value={form.message}
              error={errorOf('message')}
              onChange={({ currentTarget }) => set({ message: currentTarget.value })}
            />
            <Radio.Group
              label={F.kind}
              value={form.kind}
              onChange={(kind) => set({ kind: kind as RunForm['kind'] })}
            >
              <Stack gap={8} mt={6}>
                {RUN_KINDS.map((kind) => (
                  <Radio key={kind} value={kind} label={F.kinds[kind]} size="sm" />
                ))}
              </Stack>
            </Radio.Group>
            {isDestroy && (
              <TextInput
                label={F.typeName(name)}
                value={form.typedName}
                autoComplete="off"
                error={errorOf('is-destroy')}
                onChange={({ currentTarget }) => set({ typedName: currentTarget.value })}
              />
            )}
            <div>
              <Button variant="subtle" aria-expanded={showsMore} onClick={() => setShowsMore(!showsMore)}>
                {F.more}
              </Button>
            </div>
            {showsMore && (
              <>
                {check('autoApply')}
                {check('refresh')}
                {check('emptyApply')}
                {check('debugging')}
                {check('configGeneration')}
                <Textarea
                  label={F.targets}
                  description={F.targetsHint}
                  autosize
                  value={form.targets}
                  error={errorOf('target-addrs')}
                  onChange={({ currentTarget }) => set({ targets: currentTarget.value })}
                />
                <Textarea
                  label={F.replaces}
                  description={F.targetsHint}
                  autosize
                  value={form.replaces}
                  error={errorOf('replace-addrs')}
                  onChange={({ currentTarget }) => set({ replaces: currentTarget.value })}
                />
                <Textarea
                  label={F.variables}
                  description={F.variablesHint}
                  autosize
                  value={form.variables}
                  error={badVariable === undefined ? errorOf('variables') : F.badVariable(badVariable)}
                  onChange={({ currentTarget }) => set({ variables: currentTarget.value })}
                />
                {form.kind === 'plan_only' && (
                  <TextInput
                    label={F.version}
                    description={F.versionHint}
                    value={form.version}
                    error={errorOf('terraform-version')}
                    onChange={({ currentTarget }) => set({ version: currentTarget.value })}
                  />
                )}
              </>
            )}
          </>
        )}
      </Form>
    </Modal>
  );
}
