import * as z from 'zod';
import type { FileProblem } from '../policy-manifest.ts';
import { storable } from '../storable-text.ts';
import { CheckProblem } from './limited-process.ts';

const Errors = z.object({
  errors: z
    .array(
      z.object({
        message: z.string(),
        location: z.object({ file: z.string(), row: z.int(), col: z.int() }).optional(),
      }),
    )
    .min(1),
});

/** The errors that `opa` prints with `--format json`; undefined: other output. */
export function readOpaErrors(text: string): FileProblem[] | undefined {
  const parsed = Errors.safeParse(parse(text));
  if (!parsed.success) return undefined;
  return parsed.data.errors.slice(0, 20).map(({ message, location }) => {
    const said = storable(message).slice(0, 1_000);
    if (location !== undefined)
      return {
        file: nameOf(location.file),
        message: said,
        line: Math.max(location.row, 1),
        column: location.col,
      };
    // For a parse error the place is part of the message.
    const [, file, line, rest] = /(?:^|\s)(\S+\.rego):(\d+): ([^]*)$/.exec(said) ?? [];
    if (file === undefined) return { file: 'the archive', message: said, line: 1, column: 1 };
    const [words = '', ...source] = (rest ?? '').split('\n');
    const mark =
      source
        .find((one) => /^\s*\^/.test(one))
        ?.replace(/^\t/, '')
        .indexOf('^') ?? 0;
    return { file: nameOf(file), message: words, line: Math.max(Number(line), 1), column: mark + 1 };
  });
}

const Result = z.object({
  result: z.tuple([
    z.object({ expressions: z.tuple([z.object({ value: z.record(z.string(), z.array(z.unknown())) })]) }),
  ]),
});

/** @param count the number of queries: returns the list of values of each. @throws CheckProblem other output */
export function readOpaValues(text: string, count: number): unknown[][] {
  const parsed = Result.safeParse(parse(text));
  if (!parsed.success) throw new CheckProblem('fault', 'what opa printed cannot be read');
  const { value } = parsed.data.result[0].expressions[0];
  return Array.from({ length: count }, (_, index) => value[index] ?? []);
}

/** The path in the archive, not in the folder where it was unpacked. */
const nameOf = (file: string): string => storable(file).replace(/^bundle\//, '') || 'the query';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
