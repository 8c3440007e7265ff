import type { AnswerTo, CheckRequest } from '../exchange.ts';
import { CheckProblem, runLimited, tooMuchMemory, type CheckLimits } from './limited-process.ts';

export interface CheckOptions {
  /** The files that the process may read. */
  files?: readonly string[];
  /** The folder that the process may write in. */
  folder?: string;
  limits?: CheckLimits;
  /** Ends the process; the error is the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The limits of a process unless its caller sets others. */
const USUAL_LIMITS: CheckLimits = { milliseconds: 10_000, megabytes: 256 };
/** Memory of the program itself, before it has read anything. */
const PROGRAM_MEGABYTES = 96;

/**
 * Processes users' files in a separate process, which gets only the request and the files that it names.
 *
 * @param program the path of the file that the build makes of `checks/main.ts`
 * @throws CheckProblem it took too much time or memory, or broke
 */
export async function runCheck<Request extends CheckRequest>(
  program: string,
  request: Request,
  { files = [], folder, limits = USUAL_LIMITS, signal }: CheckOptions = {},
): Promise<AnswerTo<Request>> {
  const { code, output, complaint } = await runLimited({
    command: process.execPath,
    args: [
      `--max-old-space-size=${limits.megabytes}`,
      '--no-warnings',
      PERMISSION_FLAG,
      ...[program, ...files].map((file) => `--allow-fs-read=${file}`),
      ...(folder === undefined ? [] : [`--allow-fs-read=${folder}/*`, `--allow-fs-write=${folder}/*`]),
      program,
    ],
    input: JSON.stringify(request),
    limits,
    ownMegabytes: PROGRAM_MEGABYTES,
    signal,
  });
  if (code === 0) return readAnswer(output);
  if (/out of memory|Allocation failed/i.test(complaint)) throw tooMuchMemory(limits);
  throw new CheckProblem('fault', lastWords(complaint) || `it ended with code ${code}`);
}

/** Later versions of Node.js have dropped "experimental" from the flag. */
const PERMISSION_FLAG = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

function readAnswer<T>(output: string): T {
  try {
    return JSON.parse(output) as T;
  } catch {
    throw new CheckProblem('fault', 'its answer cannot be read');
  }
}

/** The line that names an uncaught error. */
const lastWords = (complaint: string): string =>
  /^\w*Error\b.*$/m.exec(complaint)?.[0].slice(0, 500) ?? complaint.trim().slice(-500);
