import { kebabToSnake, snakeToKebab, strictFields, WorkspaceId } from '@runwright/models';
import { z } from 'zod';

/** Ids are `prefix-` and 16 letters or digits (api-contract §1.7). */
function id(prefix: string, length: string = '{16}') {
  return z.string().regex(new RegExp(`^${prefix}-[a-zA-Z0-9]${length}$`), {
    error: `An id of this kind is "${prefix}-" and ${length === '{16}' ? 'exactly 16' : 'at least 8'} letters or digits`,
  });
}

export const Ids = {
  workspace: WorkspaceId,
  run: id('run'),
  plan: id('plan'),
  apply: id('apply'),
  costEstimate: id('ce'),
  stateVersion: id('sv'),
  output: id('wsout'),
  project: id('prj'),
  variable: id('var'),
  variableSet: id('varset'),
  assessment: id('asmtres', '{8,}'),
} as const;

/** A superset of what platforms allow: some have organizations with capitals. */
export const OrganizationName = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, {
  error: 'An organization name has letters, digits, dashes and underscores',
});
export const WorkspaceName = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, {
  error: 'A workspace name has letters, digits, dashes and underscores',
});

export const paging = {
  page_number: z.int().min(1).default(1),
  page_size: z.int().min(1).max(100).default(20),
};

/** The arguments of one tool. */
export const toolInput = <Shape extends z.ZodRawShape>(name: string, shape: Shape) =>
  strictFields(`the arguments of ${name}`, shape);

/**
 * Attributes to create or change something with, in snake_case; kebab-case is taken too. Closed: a misspelt name must
 * not be a change that silently did nothing. None has a default: what is not given is not sent (mcp §1.7).
 */
export function paramsOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const fields = Object.keys(shape);
  const schema = strictFields('params', shape);
  return z.preprocess((input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
    return Object.fromEntries(
      Object.entries(input).map(([key, value]) => {
        const field = kebabToSnake(key);
        return [fields.includes(field) && !Object.hasOwn(input, field) ? field : key, value];
      }),
    );
  }, schema);
}

/** The keys given, by their names on the wire. */
export function attributesOf(params: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [snakeToKebab(key), value]),
  );
}
