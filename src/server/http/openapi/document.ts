import type { Endpoint } from '../endpoint.ts';
import { collectSchemas } from './json-schemas.ts';
import { ANSWER_HEADERS, describeOperation, pathTemplate, type Operation } from './operation.ts';

/** The endpoints of a folder, and their name in the documentation. */
export interface Room<Caller = unknown> {
  name: string;
  description: string;
  endpoints: readonly Endpoint<Caller>[];
}

export const room = <Caller>(
  name: string,
  description: string,
  endpoints: readonly Endpoint<Caller>[],
): Room<Caller> => ({ name, description, endpoints });

export type OpenApiDocument = Record<string, unknown> & {
  paths: Record<string, Record<string, Operation>>;
};

const LOCATION = 'Where the answer really is.';

/** The API in OpenAPI 3.1, generated from the declarations of the endpoints themselves. */
export function openApiDocument<Caller>(rooms: readonly Room<Caller>[]): OpenApiDocument {
  const schemas = collectSchemas();
  const paths: OpenApiDocument['paths'] = {};
  const all = rooms.flatMap(({ endpoints }) => endpoints as readonly Endpoint[]);
  for (const { name, endpoints } of rooms) {
    for (const endpoint of endpoints as readonly Endpoint[]) {
      const path = (paths[pathTemplate(endpoint.url)] ??= {});
      path[endpoint.method.toLowerCase()] = describeOperation(endpoint, name, schemas, all);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Runwright',
      // The version of the API, not of the program, which is not shown without a token.
      version: '2.6',
      summary: 'A self-hosted Terraform run platform with the runs API of HCP Terraform.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: rooms.map(({ name, description }) => ({ name, description })),
    security: [{ token: [] }],
    paths,
    components: {
      schemas: schemas.components,
      headers: Object.fromEntries(
        Object.entries({ ...ANSWER_HEADERS, Location: LOCATION }).map(([name, description]) => [
          name,
          { description, schema: { type: 'string' } },
        ]),
      ),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of a user, a team or an organization.',
        },
        agentToken: { type: 'http', scheme: 'bearer', description: 'The token of a runner.' },
        taskToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The `access_token` that the service of a run task was asked with.',
        },
      },
    },
  };
}
