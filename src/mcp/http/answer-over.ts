import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem, type HttpCaller, type McpEndpoint } from './endpoint.ts';
import { readBody, sendWebResponse, toWebRequest } from './node-exchange.ts';

/** Handles one node request from its body to its answer. */
export async function answerOver(
  endpoint: McpEndpoint,
  url: URL,
  { incoming, outgoing, caller }: { incoming: IncomingMessage; outgoing: ServerResponse; caller: HttpCaller },
): Promise<void> {
  let text: string | undefined;
  if (incoming.method === 'POST') {
    const body = await readBody(incoming, incoming.headers['content-length']);
    if ('problem' in body) {
      if (body.problem === 'broken_off') return void outgoing.destroy();
      const response = problem(413, -32000, 'The message is too large.', { Connection: 'close' });
      return await sendWebResponse(response, outgoing);
    }
    text = body.text;
  }
  const request = toWebRequest(incoming, outgoing, url, text);
  await sendWebResponse(await endpoint.fetch(request, text, caller), outgoing);
}
