import { ApiError } from '../api-error.ts';
import { everyItem } from '../every-item.ts';
import { readJson } from '../json-api.ts';
import { pageQuery, type PageRequest } from '../query.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** An event, in the plain JSON of this one endpoint (`api-contract §5.13`). */
export interface AuditEvent {
  readonly id: string;
  readonly version: string;
  readonly type: string;
  readonly timestamp: string;
  readonly auth: Readonly<Record<string, unknown>>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface AuditPage {
  readonly data: readonly AuditEvent[];
  readonly pagination: {
    readonly current_page: number;
    readonly next_page: number | null;
    readonly total_pages?: number;
    readonly total_count?: number;
  };
}

export interface AuditQuery extends CallOptions {
  /** ISO 8601; events from then on. */
  readonly since?: string;
  /** The organization of the trail; for callers of several organizations, on servers that let them read it. */
  readonly organization?: string;
}

/** Needs an organization token, or a token for audit trails. */
export function auditTrail(transport: Transport) {
  async function list(query: AuditQuery & PageRequest = {}): Promise<AuditPage> {
    const answer = await transport.call({
      method: 'GET',
      path: 'organization/audit-trail',
      query: { ...pageQuery(query), since: query.since, organization: query.organization },
      signal: query.signal,
    });
    const body = readJson(answer);
    if (!isAuditPage(body)) {
      throw new ApiError({ code: 'upstream_error', status: answer.status, title: 'not an audit trail' });
    }
    return body;
  }
  return {
    list,
    /** Every event, page after page. */
    each: (query: AuditQuery = {}): AsyncGenerator<AuditEvent, void, undefined> =>
      everyItem(async (pageNumber) => {
        const { data, pagination } = await list({ ...query, pageNumber });
        return { items: data, nextPage: pagination.next_page };
      }),
  };
}

function isAuditPage(body: unknown): body is AuditPage {
  if (typeof body !== 'object' || body === null) return false;
  const { data, pagination } = body as Record<string, unknown>;
  return Array.isArray(data) && typeof pagination === 'object' && pagination !== null;
}
