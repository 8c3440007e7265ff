import * as z from 'zod';
import { resource, toOne } from '../http/document-schema.ts';
import { reference } from '../http/json-api.ts';
import type { EffectiveBinding, TagBinding } from './bindings.ts';

export const TagSchema = resource(
  'tags',
  { name: z.string(), 'instance-count': z.int(), 'created-at': z.string() },
  { organization: toOne('organizations') },
);

/** `instance-count`: the number of workspaces with the tag. */
export function tagResource(
  tag: { id: string; name: string; created_at: Date; count: number },
  organizationName: string,
) {
  return {
    id: tag.id,
    type: 'tags',
    attributes: { name: tag.name, 'instance-count': tag.count, 'created-at': tag.created_at.toISOString() },
    relationships: { organization: reference('organizations', organizationName) },
  };
}

export const TagBindingSchema = resource('tag-bindings', { key: z.string(), value: z.string() });
export const EffectiveTagBindingSchema = resource(
  'effective-tag-bindings',
  { key: z.string(), value: z.string() },
  { 'inherited-from': toOne('projects').optional() },
);

/** A binding has no id of its own: its id is made of its owner and its key. */
export const bindingId = (ownerId: string, key: string): string => `${ownerId}:${key}`;

export const bindingResource = (ownerId: string, { key, value }: TagBinding) => ({
  id: bindingId(ownerId, key),
  type: 'tag-bindings',
  attributes: { key, value },
});

/** @param projectId the project that it comes from, when it is not the owner's own */
export const effectiveBindingResource = (
  ownerId: string,
  projectId: string,
  { key, value, isInherited }: EffectiveBinding,
) => ({
  id: bindingId(ownerId, key),
  type: 'effective-tag-bindings',
  attributes: { key, value },
  ...(isInherited
    ? {
        relationships: { 'inherited-from': reference('projects', projectId) },
        links: { 'inherited-from': `/api/v2/projects/${projectId}` },
      }
    : {}),
});
