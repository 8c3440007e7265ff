import * as z from 'zod';
import { RunParamsShape } from '@runwright/models';
import { EngineAttributes } from '../action-addrs.ts';
import { document } from '../../http/json-api.ts';

const attributes = z.object(
  Object.fromEntries(
    Object.entries(RunParamsShape.shape).map(([field, schema]) => [field.replaceAll('_', '-'), schema]),
  ),
);

const toWorkspace = z.object({
  data: z.object({ id: z.string().min(1), type: z.literal('workspaces').optional() }),
});
const toVersion = z
  .object({
    data: z.object({ id: z.string(), type: z.literal('configuration-versions').optional() }).nullish(),
  })
  .nullish();

/** The document that creates a run, as `decodeRunCreate` of the models reads it (api-contract §2.2). */
export const CreateBodyShape = z.object({
  data: document(
    attributes.extend(EngineAttributes.shape).nullish(),
    z.object({ workspace: toWorkspace, 'configuration-version': toVersion }),
  ).shape.data.extend({ type: z.literal('runs') }),
});
