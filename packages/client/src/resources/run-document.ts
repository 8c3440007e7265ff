import type { CommentResource, RunAttributes, RunEventResource } from '@runwright/models';
import type { Resource } from '../json-api.ts';

/** Relationships: `workspace`, `plan`, `apply`, `configuration-version`, `created-by`, `comments`, … */
export type Run = Resource<RunAttributes>;

export type Comment = Resource<CommentResource['attributes']>;

/** Relationships: `actor`, `comment`. */
export type RunEvent = Resource<RunEventResource['attributes']>;
