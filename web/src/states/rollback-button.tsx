import { Button, Modal } from '@mantine/core';
import type { StateVersion, Workspace } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Form } from '../forms/form.tsx';
import { client } from '../session/client.ts';

const S = laterWords.page.states;

/** Makes an earlier state current again. The caller must hold the workspace's lock. */
export function RollbackButton({ workspace, version }: { workspace: Workspace; version: StateVersion }) {
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  const { id } = workspace;
  const { serial } = version.attributes;
  const rollback = useMutation({
    mutationFn: async () => {
      await client.workspaces.lock(id, { reason: S.rollbackReason(serial) });
      try {
        await client.stateVersions.rollback(id, version.id);
      } finally {
        await client.workspaces.unlock(id);
      }
    },
    onSuccess: () => setOpen(false),
    onSettled: async () => {
      for (const key of ['states', 'workspace', 'outputs', 'resources'])
        await queries.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <>
      <Button variant="subtle" size="compact-xs" onClick={() => setOpen(true)}>
        {S.rollback}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={S.rollbackTitle}
        closeButtonProps={{ 'aria-label': words.shell.close }}
      >
        <Form
          submit={() => rollback.mutate()}
          isPending={rollback.isPending}
          error={rollback.error}
          label={S.rollback}
          cancel={() => setOpen(false)}
        >
          {() => (
            <>
              <p>{S.rollbackText(serial)}</p>
              <p className="muted">{S.rollbackNeedsLock}</p>
            </>
          )}
        </Form>
      </Modal>
    </>
  );
}
