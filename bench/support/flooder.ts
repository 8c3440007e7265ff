/** Sends one request repeatedly, on several connections, until its parent ends it. Counts the answers. */
import { request } from 'node:http';

export interface Flood {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** A pattern that fills the given bytes; the body may also be begun and never ended. */
  pattern: string;
  bytes: number;
  isEnded: boolean;
  connections: number;
}

const flood = JSON.parse(process.env['BENCH_FLOOD'] ?? '{}') as Flood;
const whole = Buffer.alloc(flood.bytes, flood.pattern);
const body = flood.isEnded ? whole : whole.subarray(0, Math.floor(flood.bytes / 2));
let answered = 0;

async function once(): Promise<void> {
  await new Promise<void>((resolve) => {
    const sent = request(
      flood.url,
      {
        method: flood.method,
        agent: false,
        headers: {
          'content-type': 'application/json',
          'content-length': String(flood.bytes),
          ...flood.headers,
        },
      },
      (answer) => {
        answered += 1;
        answer.resume().once('close', resolve);
      },
    );
    // A server may close the connection early.
    sent.once('error', () => resolve());
    if (flood.isEnded) sent.end(body);
    else sent.write(body);
  });
}

async function connection(): Promise<never> {
  for (;;) await once();
}
process.on('message', () => process.send?.(answered));
for (let count = 0; count < flood.connections; count += 1) void connection();
process.send?.('ready');
