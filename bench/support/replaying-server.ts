/**
 * A server that answers terraform from memory, with the last answers of a real server to the same requests. It is as
 * fast as a server can be, so the time of a command with it is the command's own time.
 */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReplayingServer {
  /** As in `hostname = "…"`. */
  hostname: string;
  /** Sends requests to the real server from now on, and records its answers under this name. */
  record(scenario: string): void;
  /** Answers requests from now on with the recording of this name. */
  replay(scenario: string): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const LOGS = '/api/v2/logs/';

export async function startReplayingServer(realUrl: string): Promise<ReplayingServer> {
  const scenarios = new Map<string, Map<string, Answer>>();
  let answers = new Map<string, Answer>();
  let recording = true;
  let ownUrl = '';

  const server = createServer((request, response) => {
    void readAll(request).then(async (body) => {
      const url = request.url ?? '/';
      const key = `${request.method} ${url.startsWith(LOGS) ? url.split('?')[0] : url}`;
      if (recording) {
        const answer = await forward(realUrl, ownUrl, request, body);
        if (!url.startsWith(LOGS)) answers.set(key, answer);
        else remember(answers, key, offsetOf(url), answer);
        send(response, answer);
      } else {
        const answer = answers.get(key);
        if (answer === undefined) throw new Error(`${key} was not recorded`);
        const from = offsetOf(url);
        send(
          response,
          url.startsWith(LOGS) ? { ...answer, body: answer.body.subarray(from, from + 65_536) } : answer,
        );
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hostname = `localhost:${(server.address() as AddressInfo).port}`;
  ownUrl = `http://${hostname}`;
  const use = (scenario: string, isRecording: boolean): void => {
    recording = isRecording;
    answers = scenarios.get(scenario) ?? new Map<string, Answer>();
    scenarios.set(scenario, answers);
  };
  return {
    hostname,
    record: (scenario) => use(scenario, true),
    replay: (scenario) => use(scenario, false),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const offsetOf = (url: string): number => Number(new URLSearchParams(url.split('?')[1]).get('offset') ?? 0);

/** A log is assembled from its parts. */
function remember(answers: Map<string, Answer>, key: string, offset: number, answer: Answer): void {
  const known = answers.get(key)?.body ?? Buffer.alloc(0);
  answers.set(key, { ...answer, body: Buffer.concat([known.subarray(0, offset), answer.body]) });
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const kept = Object.entries(headers).filter(([name]) => /^(content-type|tfp-|x-tfe-)/.test(name));
  response.writeHead(status, Object.fromEntries(kept)).end(body);
}

async function forward(
  realUrl: string,
  ownUrl: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  const { hostname, port } = new URL(realUrl);
  const outgoing = httpRequest({
    hostname,
    port,
    path: request.url,
    method: request.method,
    // The recording is sent to every client, and searched for addresses, so it must not be compressed.
    headers: { ...request.headers, host: new URL(realUrl).host, 'accept-encoding': 'identity' },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const bytes = await readAll(answer);
  const isText = /json/.test(answer.headers['content-type'] ?? '');
  return {
    status: answer.statusCode ?? 500,
    headers: answer.headers,
    // Terraform must use this server for uploads and logs too.
    body: isText ? Buffer.from(bytes.toString('utf8').replaceAll(realUrl, ownUrl)) : bytes,
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
