import { Button, Modal, TextInput } from '@mantine/core';
import { relatedId, type Workspace } from '@runwright/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Facts } from '../parts/facts.tsx';
import { Icon } from '../parts/icon.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { Form } from '../forms/form.tsx';
import { Refused } from '../parts/refused.tsx';
import { client } from '../session/client.ts';

const W = laterWords.page.workspace;

export function WorkspaceFacts({ org, workspace }: { org: string; workspace: Workspace }) {
  const { attributes: a } = workspace;
  const tags = a['tag-names'] ?? [];
  return (
    <>
      <Lock org={org} workspace={workspace} />
      <Card title={W.facts}>
        <Facts
          facts={[
            [
              W.id,
              <span key="id" className="nowrap">
                <code>{workspace.id}</code>
                <CopyButton text={workspace.id} label={words.action.copy} />
              </span>,
            ],
            [
              W.product,
              a.engine === 'opentofu' ? 'OpenTofu' : a.engine === 'terraform' ? 'Terraform' : undefined,
            ],
            [W.engine, a['terraform-version']],
            [W.mode, a['execution-mode']],
            [W.folder, a['working-directory']],
            [W.autoApply, a['auto-apply'] ? W.yes : W.no],
            [W.lastChange, <Age key="change" at={a['latest-change-at']} />],
            [W.created, <Age key="created" at={a['created-at']} />],
            [
              W.tags,
              tags.length === 0 ? undefined : (
                <span key="tags" className="row">
                  {tags.map((tag) => (
                    <Badge key={tag}>{visibleText(tag)}</Badge>
                  ))}
                </span>
              ),
            ],
          ]}
        />
      </Card>
    </>
  );
}

/** The holder and reason of the lock that keeps runs from starting; the user can lock and unlock here. */
function Lock({ org, workspace }: { org: string; workspace: Workspace }) {
  const { id, attributes: a } = workspace;
  const holder = relatedId(workspace, 'locked-by');
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: async (how: 'lock' | 'unlock' | 'forceUnlock') =>
      how === 'lock' ? await client.workspaces.lock(id, { reason }) : await client.workspaces[how](id),
    onSuccess: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: ['workspace'] }),
  });
  const isHeldByRun = holder?.startsWith('run-') === true;
  return (
    <Card
      title={
        <span className="row">
          <Icon name="lock" size={14} /> {a.locked ? laterWords.page.workspaces.locked : W.unlocked}
        </span>
      }
    >
      <div className="stack">
        {isHeldByRun && holder !== undefined && (
          <p>
            {W.lockedByRun}{' '}
            <Link to="/$org/workspaces/$workspace/runs/$run" params={{ org, workspace: a.name, run: holder }}>
              <code>{holder}</code>
            </Link>
          </p>
        )}
        {a['locked-reason'] && <p className="foreign">{visibleText(a['locked-reason'])}</p>}
        <Refused error={isAsking ? undefined : act.error} />
        <div className="row">
          {!a.locked && a.permissions['can-lock'] === true && (
            <Button variant="default" onClick={() => setAsking(true)}>
              {W.lock}
            </Button>
          )}
          {a.locked && !isHeldByRun && a.permissions['can-unlock'] === true && (
            <Button variant="default" loading={act.isPending} onClick={() => act.mutate('unlock')}>
              {W.unlock}
            </Button>
          )}
          {a.locked && !isHeldByRun && act.isError && a.permissions['can-force-unlock'] === true && (
            <Button variant="default" color="red" onClick={() => act.mutate('forceUnlock')}>
              {W.forceUnlock}
            </Button>
          )}
        </div>
      </div>
      {isAsking && (
        <Modal
          opened
          onClose={() => setAsking(false)}
          title={W.lock}
          closeButtonProps={{ 'aria-label': words.shell.close }}
        >
          <Form
            submit={() => act.mutate('lock')}
            isPending={act.isPending}
            error={act.error}
            label={W.lock}
            cancel={() => setAsking(false)}
          >
            {() => (
              <TextInput
                data-autofocus
                label={W.lockReason}
                value={reason}
                onChange={({ currentTarget }) => setReason(currentTarget.value)}
              />
            )}
          </Form>
        </Modal>
      )}
    </Card>
  );
}
