/**
 * The endpoints as data, without a server: the functions that make them only store the platform for later.
 */
import type { Platform } from '../../src/server/context.ts';
import type { Room } from '../../src/server/http/openapi/document.ts';
import { allRooms } from '../../src/server/server.ts';

export function endpointTable(): Room<never>[] {
  const platform = { limits: {}, publicUrl: 'https://runwright.example' } as Platform;
  const unused = async (): Promise<never> => {
    throw new Error('no endpoint is called');
  };
  return allRooms(platform, {
    isReady: unused,
    metrics: unused,
    mayReadMetrics: unused,
  }) as unknown as Room<never>[];
}
