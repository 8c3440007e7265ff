import { encodeRunCreate, type RunCreateRequestInput } from '@runwright/models';
import { everyItem } from '../every-item.ts';
import { itemsOf, readDocument, readList, type Document, type ListDocument } from '../json-api.ts';
import { path } from '../path.ts';
import { pageQuery, type PageRequest, type Query } from '../query.ts';
import type { CallOptions, CreateOptions, Transport } from '../transport.ts';
import type { Comment, Run, RunEvent } from './run-document.ts';

export interface ReadRunOptions extends CallOptions {
  /** `plan`, `apply`, `workspace`, `configuration_version`, `created_by`, … */
  readonly include?: readonly string[];
}

export interface RunListQuery extends CallOptions {
  /** Filters take one word or several, from either vocabulary, if the server knows them. */
  readonly operation?: string | readonly string[];
  readonly status?: string | readonly string[];
  readonly source?: string | readonly string[];
  readonly statusGroup?: string | readonly string[];
  readonly agentPoolNames?: string | readonly string[];
  /** A year, or `year` for the last twelve months. */
  readonly timeframe?: string | number;
  /** Only on Runwright: runs that a person can confirm now. */
  readonly needsConfirmation?: boolean;
  /** Only on Runwright: runs that the caller has created. */
  readonly mine?: boolean;
  /** Only on Runwright: runs of its workspace that were created before this one, or after it. */
  readonly olderThan?: string;
  readonly newerThan?: string;
  readonly searchUser?: string;
  readonly searchCommit?: string;
  readonly searchBasic?: string;
  /** Names of workspaces; only for organizations. */
  readonly workspaceNames?: string | readonly string[];
  readonly include?: readonly string[];
}

export interface ActionOptions extends CallOptions {
  readonly comment?: string;
}

/** `api-contract §2`. */
export function runs(transport: Transport) {
  async function listInWorkspace(
    workspaceId: string,
    query: RunListQuery & PageRequest = {},
  ): Promise<ListDocument<Run>> {
    const answer = await transport.call({
      method: 'GET',
      path: path`workspaces/${workspaceId}/runs`,
      query: { ...pageQuery(query), ...listQuery(query) },
      signal: query.signal,
    });
    return readList(answer);
  }

  async function listInOrganization(
    organization: string,
    query: RunListQuery & PageRequest = {},
  ): Promise<ListDocument<Run>> {
    const answer = await transport.call({
      method: 'GET',
      path: path`organizations/${organization}/runs`,
      query: { ...pageQuery(query), ...listQuery(query) },
      signal: query.signal,
    });
    return readList(answer);
  }

  /** Starts an action. The server answers before it is carried out: read the run again to see the result. */
  async function act(runId: string, action: string, { comment, signal }: ActionOptions = {}): Promise<void> {
    await transport.call({
      method: 'POST',
      path: path`runs/${runId}/actions/${action}`,
      ...(comment === undefined || comment === '' ? {} : { body: { comment } }),
      signal,
    });
  }

  return {
    /**
     * The request is sent unchanged; `RunCreateRequest.parse` checks it first. Never repeated automatically when the
     * outcome is unclear: see `mayHaveHappened` of ApiError.
     */
    async create(request: RunCreateRequestInput, options: CreateOptions = {}): Promise<Run> {
      const body = encodeRunCreate(request);
      const answer = await transport.call({ method: 'POST', path: 'runs', body, ...options });
      return readDocument<Run>(answer).data;
    },

    async read(runId: string, options: ReadRunOptions = {}): Promise<Document<Run>> {
      const { include, signal } = options;
      return readDocument<Run>(
        await transport.call({ method: 'GET', path: path`runs/${runId}`, query: { include }, signal }),
      );
    },

    /** One page, newest first. Plan-only runs are left out unless `operation` names them. */
    listInWorkspace,

    /** Every matching run, page after page, newest first. */
    eachInWorkspace: (workspaceId: string, query: EachQuery = {}) =>
      everyItem(async (pageNumber) => itemsOf(await listInWorkspace(workspaceId, { ...query, pageNumber }))),

    /** One page of an organization's runs, newest first. Its pagination has no totals. */
    listInOrganization,
    eachInOrganization: (organization: string, query: EachQuery = {}) =>
      everyItem(async (pageNumber) =>
        itemsOf(await listInOrganization(organization, { ...query, pageNumber })),
      ),

    apply: (runId: string, options?: ActionOptions) => act(runId, 'apply', options),
    /** Only on Runwright: approves exactly the run's plan, where the workspace needs approvals. */
    approve: (runId: string, options?: ActionOptions) => act(runId, 'approve', options),
    discard: (runId: string, options?: ActionOptions) => act(runId, 'discard', options),
    cancel: (runId: string, options?: ActionOptions) => act(runId, 'cancel', options),
    forceCancel: (runId: string, options?: ActionOptions) => act(runId, 'force-cancel', options),

    /** Puts a waiting run first, and discards the run that holds the workspace. */
    forceExecute: (runId: string, options?: CallOptions) => act(runId, 'force-execute', options),

    async comment(runId: string, body: string, options: CallOptions = {}): Promise<Comment> {
      const answer = await transport.call({
        method: 'POST',
        path: path`runs/${runId}/comments`,
        body: { data: { type: 'comments', attributes: { body } } },
        ...options,
      });
      return readDocument<Comment>(answer).data;
    },

    async readComment(commentId: string, options: CallOptions = {}): Promise<Comment> {
      const target = path`comments/${commentId}`;
      return readDocument<Comment>(await transport.call({ method: 'GET', path: target, ...options })).data;
    },

    async readEvent(eventId: string, options: CallOptions = {}): Promise<RunEvent> {
      const target = path`run-events/${eventId}`;
      return readDocument<RunEvent>(await transport.call({ method: 'GET', path: target, ...options })).data;
    },

    async comments(runId: string, options: CallOptions = {}): Promise<readonly Comment[]> {
      const target = path`runs/${runId}/comments`;
      return readList<Comment>(await transport.call({ method: 'GET', path: target, ...options })).data;
    },

    async events(
      runId: string,
      options: CallOptions & { readonly include?: readonly string[] } = {},
    ): Promise<ListDocument<RunEvent>> {
      const { include, signal } = options;
      const target = path`runs/${runId}/run-events`;
      return readList(await transport.call({ method: 'GET', path: target, query: { include }, signal }));
    },
  };
}

type EachQuery = RunListQuery & Pick<PageRequest, 'pageSize'>;

/** The wire's filter names have underscores, unlike the attributes' (`api-contract §2.5`). */
function listQuery(query: RunListQuery): Query {
  return {
    'filter[operation]': query.operation,
    'filter[status]': query.status,
    'filter[source]': query.source,
    'filter[status_group]': query.statusGroup,
    'filter[agent_pool_names]': query.agentPoolNames,
    'filter[workspace_names]': query.workspaceNames,
    'filter[timeframe]': query.timeframe,
    'filter[needs_confirmation]': query.needsConfirmation,
    'filter[mine]': query.mine,
    'filter[older_than]': query.olderThan,
    'filter[newer_than]': query.newerThan,
    'search[user]': query.searchUser,
    'search[commit]': query.searchCommit,
    'search[basic]': query.searchBasic,
    include: query.include,
  };
}
