import { ApiError } from '@runwright/client';

/** What is wrong with a request stays wrong; what is wrong with the connection may pass. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) ||
  ['unreachable', 'timeout', 'upstream_error', 'rate_limited'].includes(error.code);
