import { createServer } from 'node:net';
import type { CheckResult, DoctorSettings } from './check.ts';

export async function checkPort({ host, port }: DoctorSettings): Promise<CheckResult> {
  const refusal = await tryListen(host, port);
  const place = `${host}:${String(port)}`;
  if (refusal === undefined) return { ok: true, found: `${place} is free` };
  if (refusal === 'EADDRINUSE') {
    return (await isRunwright(host, port))
      ? { ok: true, found: `a Runwright server is running on ${place}` }
      : {
          ok: false,
          found: `${place} is in use by another program`,
          fix: 'stop it, or set another with --port (RUNWRIGHT_PORT)',
        };
  }
  return {
    ok: false,
    found: `${place} cannot be opened (${refusal})`,
    fix: 'set an address of this machine with --host and a port above 1023 with --port',
  };
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

/** Runwright's ping has a header that few other programs send. */
async function isRunwright(host: string, port: number): Promise<boolean> {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? '[::1]' : host;
  try {
    const response = await fetch(`http://${name}:${String(port)}/api/v2/ping`, {
      signal: AbortSignal.timeout(2_000),
    });
    return response.headers.has('tfp-api-version');
  } catch {
    // The program on this port does not speak our protocol.
    return false;
  }
}
