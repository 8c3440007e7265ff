import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { bytes, json, nothing, refusal } from './answers.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { refuse } from './refusal.ts';
import { MODULE_REGISTRY, PROVIDER_REGISTRY } from './registry-paths.ts';

/** api-contract §1.6. */
const DISCOVERY = {
  'login.v1': {
    client: 'terraform-cli',
    grant_types: ['authz_code'],
    authz: '/oauth/authorize',
    token: '/oauth/token',
    ports: [10_000, 10_010],
  },
  'tfe.v2': '/api/v2/',
  'tfe.v2.1': '/api/v2/',
  'tfe.v2.2': '/api/v2/',
  'state.v2': '/api/v2/',
  'motd.v1': '/api/terraform/motd',
  'modules.v1': MODULE_REGISTRY,
  'providers.v1': PROVIDER_REGISTRY,
};

const HOME = '/app';

const Status = json(z.object({ status: z.string() }));

export interface HealthChecks {
  /** Whether requests can be served now, which means that the database answers. */
  isReady: () => Promise<boolean>;
  /** The metrics page for Prometheus. */
  metrics: () => Promise<{ contentType: string; text: string }>;
  /** Metrics cover all organizations. */
  mayReadMetrics: (request: FastifyRequest) => Promise<boolean>;
}

/** The endpoints for callers who have not signed in. No answer contains a version (threat T31). */
export function metaEndpoints<Caller>({
  isReady,
  metrics,
  mayReadMetrics,
}: HealthChecks): Endpoint<Caller>[] {
  const nobody = { access: 'anyone', method: 'GET', params: z.object({}) } as const;
  return [
    endpoint({
      ...nobody,
      url: '/api/v2/ping',
      summary: 'Only the headers count',
      answers: { 204: nothing },
      handle: async () => ({ status: 204 }),
    }),
    endpoint({
      ...nobody,
      url: '/',
      summary: 'Where people begin',
      answers: { 302: nothing },
      handle: async () => ({ status: 302, headers: { Location: HOME } }),
    }),
    endpoint({
      ...nobody,
      url: '/.well-known/terraform.json',
      summary: "Terraform's service discovery",
      answers: { 200: json(z.record(z.string(), z.unknown())) },
      handle: async () => ({ status: 200, body: DISCOVERY }),
    }),
    endpoint({
      ...nobody,
      url: '/healthz',
      summary: 'The process answers',
      answers: { 200: Status },
      handle: async () => ({ status: 200, body: { status: 'ok' } }),
    }),
    endpoint({
      ...nobody,
      url: '/readyz',
      summary: 'Requests can be served: 200, else 503',
      answers: { 200: Status, 503: Status },
      handle: async () => {
        const ready = await isReady();
        return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not ready' } };
      },
    }),
    endpoint({
      ...nobody,
      url: '/metrics',
      summary:
        'Metrics in the Prometheus text format, for the bearer of RUNWRIGHT_METRICS_TOKEN and administrators',
      answers: { 200: bytes('text/plain'), 401: refusal },
      handle: async ({ raw }) => {
        if (!(await mayReadMetrics(raw))) refuse('unauthorized');
        const page = await metrics();
        return { status: 200, text: page.text, headers: { 'Content-Type': page.contentType } };
      },
    }),
  ];
}
