import type { LogError } from '../../logs/log-errors.ts';

/** An error in a few lines, as terraform would print it. */
export function errorLines({ summary, detail, address, place }: LogError): string {
  return [
    `Error: ${summary}`,
    ...(address === null ? [] : [`  with ${address}`]),
    ...(place === null ? [] : [`  on ${place}`]),
    ...(detail === '' ? [] : [detail]),
  ].join('\n');
}
