/** A test of one command: what it prints is compared with the transcript in golden/ (`vitest -u` rewrites it). */
import path from 'node:path';
import { test } from 'vitest';
import { mask } from './mask.ts';
import type { CommandOptions, Folder } from './folder.ts';
import type { CliServer } from './server.ts';

/** Refusals that terraform expects and handles. */
const EXPECTED = [
  // The workspace has no state yet.
  '404 GET /api/v2/workspaces/:id/current-state-version',
];

export interface Outcome {
  code: number | null;
  output: string;
  /** The requests and the statuses of their answers while the command ran. */
  requests: string[];
}

export interface Shell {
  /**
   * Runs terraform and adds its output to the transcript. Fails if its exit code is not the given one (0), or if the
   * refused requests are not exactly the given ones.
   */
  terraform(
    folder: Folder,
    args: readonly string[],
    options?: CommandOptions & { code?: number; refused?: readonly string[] },
  ): Promise<Outcome>;
  /** A line of explanation in the transcript. */
  note(text: string): void;
}

/**
 * @param options `concurrent`: runs at the same time as the others, none of which may then be refused a request;
 *   `keepsWaits`: keeps the lines about waiting for a runner, for tests that are about them
 */
export function createCommandTests(
  area: string,
  server: () => CliServer,
  { concurrent = false, keepsWaits = false }: { concurrent?: boolean; keepsWaits?: boolean } = {},
) {
  /** @param title the command, as docs/compatibility.md lists it */
  return function command(title: string, run: (shell: Shell) => Promise<void>): void {
    test(title, { concurrent }, async ({ expect }) => {
      const transcript: string[] = [];
      const shell: Shell = {
        note: (text) => void transcript.push(`# ${text}\n`),
        async terraform(folder, args, { code = 0, refused = [], ...options } = {}) {
          const before = server().requests.length;
          const outcome = await folder.run(args, options);
          await server().hasLogged();
          const requests = server().requests.slice(before);
          const line = mask(args.join(' '), folder.path);
          transcript.push(
            `$ terraform ${line}\n${mask(outcome.output, folder.path, keepsWaits)}\n[exit ${outcome.code}]\n`,
          );
          const unexpected = requests.filter((line) => /^[45]/.test(line) && !EXPECTED.includes(line));
          expect([outcome.code, [...new Set(unexpected)].sort()], outcome.output).toEqual([
            code,
            [...refused].sort(),
          ]);
          return { ...outcome, requests };
        },
      };
      await run(shell);
      const name = title.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
      const file = path.join(import.meta.dirname, 'golden', area, `${name}.txt`);
      await expect(transcript.join('\n')).toMatchFileSnapshot(file);
    });
  };
}
