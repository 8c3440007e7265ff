/** Requests with an unfinished body, and other requests that no ordinary client sends. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface HalfAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Sends the headers and `begun`, and nothing more. @returns the answer, which must come anyway */
export async function sendHalf(
  url: string,
  method: string,
  headers: Record<string, string>,
  begun = '',
): Promise<HalfAnswer> {
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      text(answer).then((body) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: body });
        sent.destroy();
      }, reject);
    });
    sent.on('error', reject);
    sent.flushHeaders();
    if (begun !== '') sent.write(begun);
  });
}

/** Sends these bytes. @returns everything that the server sends until it ends the connection */
export async function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  return await text(socket);
}
