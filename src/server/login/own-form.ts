import type { FastifyRequest } from 'fastify';
import type { Platform } from '../context.ts';

/** A form that another site's page posts is recognized by its headers, which no page can change (threat T23). */
export function isOwnForm({ publicUrl }: Platform, { headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin === undefined) return true;
  if (!URL.canParse(headers.origin)) return false;
  return headers.origin === new URL(publicUrl).origin || new URL(headers.origin).host === headers.host;
}
