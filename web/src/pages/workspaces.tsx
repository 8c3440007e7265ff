import { Button, Checkbox, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { FilterBar } from '../parts/filter-bar.tsx';
import { FilterToggle } from '../parts/filter-toggle.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Refused } from '../parts/refused.tsx';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { organizationQuery, projectsQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { CreateWorkspace } from '../forms/create-workspace.tsx';
import {
  readMatchingWorkspaces,
  useWorkspaceList,
  type ListedWorkspace,
} from '../workspaces/use-workspace-list.ts';
import { WorkspaceBulkBar } from '../workspaces/workspace-bulk-bar.tsx';
import { WorkspaceOrder } from '../workspaces/workspace-order.tsx';
import { WorkspaceTable } from '../workspaces/workspace-table.tsx';
import bulk from '../bulk/bulk.module.css';
import classes from '../run/run-list.module.css';

const W = laterWords.page.workspaces;
/** In the page's address under the API's names. */
const FILTERS = ['search', 'status', 'project', 'drifted'] as const;
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
  const list = useWorkspaceList(org, search);
  const projects = useQuery(projectsQuery(org));
  const organization = useQuery(organizationQuery(org));
  const isFiltered = FILTERS.some((name) => search[name] !== undefined);
  const [selected, setSelected] = useState<ReadonlyMap<string, ListedWorkspace>>(new Map());
  const toggle = (listed: ListedWorkspace): void => {
    const after = new Map(selected);
    if (!after.delete(listed.workspace.id)) after.set(listed.workspace.id, listed);
    setSelected(after);
  };
  // Shown ones as they are now, others as they were when they were chosen.
  const chosen = useMemo(() => {
    const shown = byId(list.workspaces);
    return [...selected].map(([id, listed]) => shown.get(id) ?? listed);
  }, [list.workspaces, selected]);
  const chooseMatching = useMutation({
    mutationFn: () => readMatchingWorkspaces(org, search),
    onSuccess: (found) => setSelected(byId(found)),
  });
  // What no longer matches must not stay chosen out of sight.
  const matching = JSON.stringify(search);
  useEffect(() => setSelected(new Map()), [matching]);
  const mayCreate = organization.data?.attributes.permissions['can-create-workspace'] === true;
  const create = (
    <Button size="sm" leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
      {W.create}
    </Button>
  );
  return (
    <>
      <PageHead title={W.title}>{mayCreate && create}</PageHead>
      <FilterBar
        label={W.search}
        names={FILTERS}
        order={<WorkspaceOrder />}
        end={
          list.total !== undefined && (
            <span className="muted" style={{ marginLeft: 'auto' }} role="status">
              {W.count(list.total, list.total)}
            </span>
          )
        }
      >
        <Select
          size="xs"
          className={classes['select'] ?? ''}
          aria-label={W.status}
          placeholder={W.anyStatus}
          clearable
          clearButtonProps={{ 'aria-label': words.page.runs.clear }}
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
          clearButtonProps={{ 'aria-label': words.page.runs.clear }}
          data={projects.data?.data.map(({ id, attributes: { name } }) => ({ value: id, label: name })) ?? []}
          value={search['project'] ?? null}
          onChange={(value) => setSearch({ project: value ?? '' })}
        />
        <FilterToggle name="drifted" label={W.drifted} />
      </FilterBar>
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
        <WorkspaceTable
          org={org}
          list={list}
          selected={selected}
          toggle={toggle}
          strip={
            <div className={bulk['strip']}>
              <Checkbox
                size="xs"
                label={W.selectAll}
                checked={list.workspaces.every(({ workspace }) => selected.has(workspace.id))}
                indeterminate={chosen.length > 0 && chosen.length < list.workspaces.length}
                onChange={({ currentTarget }) =>
                  setSelected(byId(currentTarget.checked ? list.workspaces : []))
                }
              />
              {list.hasMore && list.total !== undefined && (
                <Button
                  variant="subtle"
                  size="compact-xs"
                  loading={chooseMatching.isPending}
                  onClick={() => chooseMatching.mutate()}
                >
                  {W.selectMatching(list.total)}
                </Button>
              )}
            </div>
          }
        />
      )}
      <Refused error={chooseMatching.error} />
      <WorkspaceBulkBar
        chosen={chosen}
        keep={(ids) => setSelected(byId(chosen.filter(({ workspace }) => ids.has(workspace.id))))}
      />
      {isCreating && <CreateWorkspace org={org} close={() => setCreating(false)} />}
    </>
  );
}

const byId = (listed: readonly ListedWorkspace[]): ReadonlyMap<string, ListedWorkspace> =>
  new Map(listed.map((each) => [each.workspace.id, each]));
