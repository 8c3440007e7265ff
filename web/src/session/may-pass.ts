import { ApiError } from '@runwright/client';

/** An error in a request is permanent; a failed connection may recover. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) ||
  ['unreachable', 'timeout', 'upstream_error', 'rate_limited'].includes(error.code);
