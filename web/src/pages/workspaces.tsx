import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { organizationQuery, projectsQuery } from '../session/reads.ts';
import { useKeys } from '../keys/use-keys.ts';
import { useTitle } from '../shell/use-title.ts';
import { CreateWorkspace } from '../forms/create-workspace.tsx';
import { useWorkspaceList } from '../workspaces/use-workspace-list.ts';
import { WorkspaceTable } from '../workspaces/workspace-table.tsx';
import classes from '../run/run-list.module.css';

const W = laterWords.page.workspaces;
const SETTLE_MS = 200;
const STATUSES = [
  'planned',
  'planning',
  'applying',
  'applied',
  'planned_and_finished',
  'errored',
  'pending',
  'policy_override',
  'discarded',
  'canceled',
];

export function WorkspacesPage() {
  const { org } = usePlace();
  useTitle(W.title, org);
  const [search, setSearch] = useSearchState();
  const [isCreating, setCreating] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  const searchLater = useDebouncedCallback((text: string) => setSearch({ search: text }), SETTLE_MS);
  const list = useWorkspaceList(org, search);
  const projects = useQuery(projectsQuery(org));
  const organization = useQuery(organizationQuery(org));
  const isFiltered = ['search', 'status', 'project'].some((name) => search[name] !== undefined);
  const mayCreate = organization.data?.attributes.permissions['can-create-workspace'] === true;
  const create = (
    <Button size="sm" leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
      {W.create}
    </Button>
  );
  return (
    <>
      <PageHead title={W.title}>{mayCreate && create}</PageHead>
      <div className={classes['tools']}>
        <TextInput
          ref={input}
          size="xs"
          className={classes['search'] ?? ''}
          leftSection={<Icon name="search" size={13} />}
          placeholder={W.search}
          aria-label={W.search}
          defaultValue={search['search'] ?? ''}
          onChange={({ currentTarget }) => searchLater(currentTarget.value)}
        />
        <Select
          size="xs"
          className={classes['select'] ?? ''}
          aria-label={W.status}
          placeholder={W.anyStatus}
          clearable
          clearButtonProps={{ 'aria-label': W.clear }}
          data={STATUSES.map((value) => ({ value, label: words.run.status[value] ?? value }))}
          value={search['status'] ?? null}
          onChange={(value) => setSearch({ status: value ?? '' })}
        />
        <Select
          size="xs"
          className={classes['select'] ?? ''}
          aria-label={W.project}
          placeholder={W.anyProject}
          clearable
          clearButtonProps={{ 'aria-label': W.clear }}
          data={projects.data?.data.map(({ id, attributes: { name } }) => ({ value: id, label: name })) ?? []}
          value={search['project'] ?? null}
          onChange={(value) => setSearch({ project: value ?? '' })}
        />
        {isFiltered && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              if (input.current !== null) input.current.value = '';
              setSearch({ search: '', status: '', project: '' });
            }}
          >
            {W.clear}
          </Button>
        )}
        {list.total !== undefined && (
          <span className="muted" style={{ marginLeft: 'auto' }} role="status">
            {W.count(list.total, list.total)}
          </span>
        )}
      </div>
      {list.isPending ? (
        <Loading />
      ) : list.error !== null ? (
        <Failed error={list.error} retry={list.refetch} />
      ) : list.workspaces.length === 0 ? (
        <Empty title={isFiltered ? W.noMatch : W.none}>
          {!isFiltered && <p>{W.noneText}</p>}
          {!isFiltered && mayCreate && <p style={{ marginTop: 12 }}>{create}</p>}
        </Empty>
      ) : (
        <WorkspaceTable org={org} list={list} />
      )}
      {isCreating && <CreateWorkspace org={org} close={() => setCreating(false)} />}
    </>
  );
}
