import { Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Form } from '../forms/form.tsx';
import { emptyRunForm, runParamsOf, type RunForm } from '../forms/run-form.ts';
import { client } from '../session/client.ts';

const B = laterWords.page.workspaces.bulk;
/** A destruction is planned in one workspace at a time, where its name is typed. */
const KINDS = ['plan_only', 'plan_and_apply', 'refresh_only'] as const;

export type BulkAction = 'plan' | 'lock' | 'unlock' | 'version';

interface Props {
  action: BulkAction;
  /** The workspaces that the action may change. */
  ids: readonly string[];
  /** The number of all that were chosen. */
  chosen: number;
  submit: (change: (id: string) => Promise<unknown>) => void;
  close: () => void;
}

/** Says how many workspaces an action may change, and asks for what it needs. */
export function BulkDialog({ action, ids, chosen, submit, close }: Props) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<RunForm['kind']>('plan_only');
  // A second press of the button must not start a second run in each workspace.
  const [key] = useState(() => [...crypto.getRandomValues(new Uint32Array(4))].join('-'));
  const change = (id: string): Promise<unknown> => {
    switch (action) {
      case 'lock':
        return client.workspaces.lock(id, { reason: text.trim() });
      case 'unlock':
        return client.workspaces.unlock(id);
      case 'version':
        return client.workspaces.update(id, { 'terraform-version': text.trim() });
      case 'plan': {
        const params = runParamsOf({ ...emptyRunForm, message: text, kind });
        return client.runs.create({ workspace_id: id, params }, { idempotencyKey: `${key}-${id}` });
      }
    }
  };
  const isReady = action !== 'version' || text.trim() !== '';
  const left = chosen - ids.length;
  return (
    <Modal
      opened
      onClose={close}
      title={B.button[action](ids.length)}
      closeButtonProps={{ 'aria-label': words.shell.close }}
    >
      <Form
        submit={() => submit(change)}
        isPending={false}
        error={undefined}
        label={B.submit[action]}
        cancel={close}
        disabled={!isReady || ids.length === 0}
      >
        {() => (
          <>
            <p>{B.willChange[action](ids.length)}</p>
            {left > 0 && <p className="muted">{B.left[action](left)}</p>}
            {action !== 'unlock' && (
              <TextInput
                data-autofocus
                label={B.field[action]}
                {...(action === 'version' ? { description: words.form.workspace.versionHint } : {})}
                value={text}
                onChange={({ currentTarget }) => setText(currentTarget.value)}
              />
            )}
            {action === 'plan' && (
              <Radio.Group
                label={words.form.run.kind}
                value={kind}
                onChange={(next) => setKind(next as RunForm['kind'])}
              >
                <Stack gap={8} mt={6}>
                  {KINDS.map((each) => (
                    <Radio key={each} value={each} label={words.form.run.kinds[each]} size="sm" />
                  ))}
                </Stack>
              </Radio.Group>
            )}
          </>
        )}
      </Form>
    </Modal>
  );
}
