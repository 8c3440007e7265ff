import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takesCoding } from '../http/accepted-codings.ts';
import { pageHeaders } from '../http/page-headers.ts';
import { refuse } from '../http/refusal.ts';
import { openAsset, readIndex } from './app-files.ts';

/** Browsers keep an asset for ever: its name stands for one content, and new content has a new name. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * The browser's part of the program, at `/app`. Every URL below it that is not a page of the server returns the same
 * document, whose script reads the URL. It is public, and contains no user's data.
 *
 * @param folder the output of `npm run build`
 */
export function mountWebApp(app: FastifyInstance, folder: string): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/app/assets/:name',
    handler: async (request, reply) => {
      const { name } = request.params as { name: string };
      return await sendAsset(folder, name, request, reply);
    },
  });
  for (const url of ['/app', '/app/*']) {
    app.route({
      method: ['GET', 'HEAD'],
      url,
      handler: async (_request, reply) => await sendIndex(folder, reply),
    });
  }
}

async function sendAsset(
  folder: string,
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const codings = (['br', 'gzip'] as const).filter((coding) => takesCoding(request, coding));
  const asset = (await openAsset(folder, name, codings)) ?? refuse('not_found');
  if (asset.coding !== undefined) void reply.header('Content-Encoding', asset.coding);
  return reply
    .headers({
      'Content-Type': asset.contentType,
      'Content-Length': String(asset.bytes),
      'Cache-Control': FOR_EVER,
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    })
    .send(asset.content);
}

async function sendIndex(folder: string, reply: FastifyReply): Promise<FastifyReply> {
  const index = await readIndex(folder);
  if (index === undefined) {
    refuse('unavailable', 'The web pages are not built: run `npm run build`, in the folder of the program.');
  }
  return reply
    .headers({
      ...pageHeaders([
        "script-src 'self'",
        `style-src 'self' 'nonce-${index.nonce}'`,
        // Components set their position and size by style attributes.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
      ]),
      'Cache-Control': 'no-store',
    })
    .send(index.text);
}
