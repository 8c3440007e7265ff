import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Caller } from '../access/caller.ts';
import { json } from '../http/answers.ts';
import { askForBody } from '../http/expect-continue.ts';
import { endpoint, type Endpoint } from '../http/endpoint.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import { registerEndpoints, type Admit } from '../http/serve/register-endpoints.ts';

/** MCP over HTTP, as the server sees it. The implementation calls the server only over its public API. */
export interface McpService {
  /** RFC 9728: the address and the content of the metadata. */
  metadataPath: string;
  metadata(): object;
  /** `WWW-Authenticate` of a 401. */
  challenge(wasTokenGiven: boolean): string;
  /** The detail of a 401. */
  howToSignIn(): string;
  /** A sentence about a request that another site's page made, or that was meant for another server. */
  findForeign(headers: { host?: string | undefined; origin?: string | undefined }): string | undefined;
  answer(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    caller: { token: string; name: string; address: string },
  ): Promise<void>;
  close(): Promise<void>;
}

const Metadata = z.object({
  resource: z.string(),
  resource_name: z.string(),
  bearer_methods_supported: z.array(z.string()),
  resource_documentation: z.string(),
});

const metadataEndpoints = (service: McpService): Endpoint<Caller>[] =>
  [service.metadataPath, `${service.metadataPath}/mcp`].map((url) =>
    endpoint({
      method: 'GET',
      url,
      summary: 'What MCP clients have to know of the endpoint (RFC 9728)',
      access: 'anyone',
      params: z.object({}),
      answers: { 200: json(Metadata) },
      handle: async () => ({
        status: 200,
        body: service.metadata(),
        headers: { 'Content-Type': 'application/json' },
      }),
    }),
  );

/**
 * Serves MCP at `/mcp`, for the bearers of an account's token.
 *
 * @param admit returns the caller, or refuses with 401 or 429
 */
export function mountMcp(app: FastifyInstance, service: McpService, admit: Admit<Caller>): void {
  registerEndpoints(app, metadataEndpoints(service), admit);
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    handler: async (request, reply) => {
      const foreign = service.findForeign(request.headers);
      if (foreign !== undefined) refuse('forbidden', foreign);
      let caller: Caller;
      try {
        caller = await admit(request, 'account', reply);
      } catch (error) {
        if (error instanceof Refusal && error.code === 'unauthorized') {
          const wasTokenGiven = request.headers.authorization !== undefined;
          void reply.header('WWW-Authenticate', service.challenge(wasTokenGiven));
          refuse('unauthorized', service.howToSignIn());
        }
        throw error;
      }
      const token = (request.headers.authorization ?? '').replace(/^Bearer +/i, '').trim();
      const name = 'userId' in caller ? `user ${caller.userId}` : `token ${caller.tokenId}`;
      askForBody(request.raw);
      reply.hijack();
      await service.answer(request.raw, reply.raw, { token, name, address: request.clientAddress });
    },
  });
}
