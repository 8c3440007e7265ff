import * as z from 'zod';
import { document } from '../http/json-api.ts';
import type { Finding, Said } from './settle.ts';

const MAX_FINDINGS = 100;
const text = (max: number) => z.string().max(max, `must have at most ${max} characters`);
/** A link that people are shown: nothing that a browser would run. */
const webAddress = z
  .string()
  .max(2_000, 'must have at most 2000 characters')
  .refine(isWebAddress, 'must start with https:// or http://');
const optionalAddress = z
  .union([z.literal(''), webAddress], { error: 'must start with https:// or http://' })
  .transform((address) => (address === '' ? null : address))
  .nullish();

function isWebAddress(address: string): boolean {
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol);
}

const Tag = z.object({
  label: text(200),
  level: z.enum(['none', 'info', 'warning', 'error']).catch('none').default('none'),
});
const Outcome = z.object({
  type: z
    .literal(['task-result-outcomes', ''], { error: 'must be "task-result-outcomes", or be left out' })
    .nullish(),
  attributes: z.object({
    'outcome-id': text(200),
    description: text(1_000),
    body: text(100_000).nullish(),
    url: optionalAddress,
    tags: z
      .record(text(100), z.array(Tag).max(20, 'may hold at most 20'))
      .refine((tags) => Object.keys(tags).length <= 20, 'may hold at most 20 names')
      .nullish(),
  }),
});

const STATUSES = ['running', 'passed', 'failed'] as const;

/** api-contract §4.7. */
export const CallbackBody = document(
  z.object({
    status: z.enum(STATUSES, { error: `must be one of ${STATUSES.join(', ')}` }),
    message: text(4_000).nullish(),
    url: optionalAddress,
  }),
  z
    .object({
      outcomes: z
        .object({
          data: z.array(Outcome).max(MAX_FINDINGS, `may hold at most ${MAX_FINDINGS} outcomes`),
        })
        .nullish(),
    })
    .nullish(),
);

/** A missing attribute keeps its value from an earlier callback. */
export function saidIn({ data }: z.output<typeof CallbackBody>): Said {
  const { status, message, url } = data.attributes;
  return {
    status,
    isAnswer: true,
    message: message ?? undefined,
    url,
    findings: data.relationships?.outcomes?.data.map(({ attributes }): Finding => ({
      outcomeId: attributes['outcome-id'],
      description: attributes.description,
      body: attributes.body ?? '',
      url: attributes.url ?? null,
      tags: attributes.tags ?? {},
    })),
  };
}
