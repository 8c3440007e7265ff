/** The operations of an OpenAPI document, as the generator of requests uses them. */
import type { Components, Schema } from './schema-values.ts';

export interface ApiOperation {
  id: string;
  method: string;
  /** The path with `{…}` for each parameter. */
  path: string;
  access: 'anyone' | 'account' | 'agent';
  /** For each path parameter the segment before it (`runs`, `organizations`, …), which names its kind. */
  parameters: { name: string; names: string }[];
  query: { name: string; schema: Schema }[];
  body: { contentType: string; schema: Schema | undefined } | undefined;
  /** False for endpoints that are not supported: they are described by their refusals alone. */
  canSucceed: boolean;
}

interface Described {
  operationId: string;
  security: Record<string, unknown>[];
  parameters: { name: string; in: string; schema: Schema }[];
  responses: Record<string, unknown>;
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

export interface ApiDescription {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Components };
}

export function operationsOf({ paths }: ApiDescription): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { operationId, security, parameters, requestBody, responses } = described;
      const [content] = Object.entries(requestBody?.content ?? {});
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        access: security.length === 0 ? 'anyone' : 'agentToken' in (security[0] ?? {}) ? 'agent' : 'account',
        parameters: [...path.matchAll(/([^/]*)\/\{([^}]+)\}/g)].map(([, names = '', name = '']) => ({
          name,
          names,
        })),
        canSucceed: Object.keys(responses).some((status) => Number(status) < 400),
        query: parameters.filter((parameter) => parameter.in === 'query'),
        body: content === undefined ? undefined : { contentType: content[0], schema: content[1].schema },
      };
    }),
  );
}
