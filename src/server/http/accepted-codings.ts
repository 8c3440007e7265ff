import type { FastifyRequest } from 'fastify';

/** Whether the sender accepts this content coding (RFC 9110 §12.5.3): named, or under `*`, and not with q=0. */
export function takesCoding({ headers }: FastifyRequest, coding: 'br' | 'gzip'): boolean {
  const accepted = String(headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()));
  const found = accepted.find(([name]) => name === coding) ?? accepted.find(([name]) => name === '*');
  return found !== undefined && !found.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}
