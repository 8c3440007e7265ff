import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface McpFlags {
  readonly http?: true;
  readonly host: string;
  readonly port: string;
  readonly url?: string;
  readonly useOwnToken?: true;
}

/** `runwright mcp --http`: serves until it is asked to stop. */
export async function serveMcpOverHttp(
  { host, port, url, useOwnToken }: McpFlags,
  { env, print }: Terminal,
  version: string,
): Promise<number> {
  const [{ startStandAlone }, { SettingsProblem }] = await Promise.all([
    import('../../mcp/http/stand-alone.ts'),
    import('../../mcp/settings.ts'),
  ]);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new CliError('--port must be a number from 0 to 65535', { exitCode: EXIT.usage });
  }
  try {
    const server = await startStandAlone(env, {
      host,
      port: Number(port),
      url,
      useOwnToken: useOwnToken === true,
      version,
    });
    print(`Serving MCP at ${server.url}`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.close();
    return EXIT.ok;
  } catch (error) {
    if (error instanceof SettingsProblem) throw new CliError(error.message, { exitCode: EXIT.usage });
    throw error;
  }
}
