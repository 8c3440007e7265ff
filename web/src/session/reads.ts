import { queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';
import { readEvery } from './read-every.ts';

/** Queries of several pages, each under one key, so that pages share them and one change reloads all. */
export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: ({ signal }) => readEvery((page) => client.organizations.list(page), signal),
  staleTime: 60_000,
});

export const organizationQuery = (org: string) =>
  queryOptions({
    queryKey: ['organization', org],
    queryFn: ({ signal }) => client.organizations.read(org, { signal }),
    staleTime: 60_000,
  });

export const workspaceQuery = (org: string, name: string) =>
  queryOptions({
    queryKey: ['workspace', org, name],
    queryFn: ({ signal }) => client.workspaces.readByName(org, name, { signal }),
  });

export const projectsQuery = (org: string) =>
  queryOptions({
    queryKey: ['projects', org],
    queryFn: ({ signal }) => readEvery((page) => client.projects.list(org, page), signal),
    staleTime: 60_000,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) =>
      client.runs.read(id, {
        include: ['plan', 'apply', 'created_by', 'confirmed_by', 'workspace'],
        signal,
      }),
  });
