import * as z from 'zod';
import { CelProblem } from './cel.ts';
import { EnforcementLevel, policyLanguage, type Policy } from './policy.ts';
import { hasUnstorable } from './storable-text.ts';
import { readSource, SourceProblems, type SourceProblem } from './source-text.ts';

const text = (max: number) =>
  z
    .string({ error: 'must be a text' })
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`);
const MAX_SOURCE = 20_000;

const Entry = z
  .strictObject({
    name: text(100).regex(/^[\w.-]+$/, 'may only contain letters, digits, ".", - and _'),
    description: z.string().max(1_000).default(''),
    enforcement: EnforcementLevel,
    message: z.string().max(1_000).optional(),
    /** An expression, or the file that contains one. */
    cel: text(MAX_SOURCE).optional(),
    /** The path of a compiled bundle or module. */
    opa: text(200).optional(),
    entrypoint: text(200).optional(),
    /** The query to the archive's `.rego` files. */
    query: text(200)
      .regex(/^data(\.[A-Za-z_]\w*)+$/, 'must be the path of a rule, like data.terraform.deny')
      .optional(),
  })
  .refine(
    ({ cel, opa, query }) => [cel, opa, query].filter((one) => one !== undefined).length === 1,
    'must have either "cel", "opa" or "query"',
  )
  .refine(({ opa, entrypoint }) => opa !== undefined || entrypoint === undefined, {
    path: ['entrypoint'],
    message: 'belongs to "opa"',
  });

const Manifest = z.strictObject({
  /** The version of the language of the `.rego` files. */
  rego_version: z.literal([0, 1], { error: 'must be 0 or 1' }).default(1),
  policies: z
    .array(Entry, { error: 'must be a list of policies' })
    .min(1, 'must have a policy')
    .max(200, 'must have at most 200 policies'),
});

/** The files of a policy set by their paths. */
export type PolicyFiles = ReadonlyMap<string, Buffer>;

const MANIFEST_NAMES = ['policies.yaml', 'policies.yml', 'policies.json'];

/** A problem in a file of a policy set. */
export interface FileProblem extends SourceProblem {
  file: string;
}

/** @throws FileProblems with files, lines and columns */
export class FileProblems extends Error {
  readonly problems: readonly FileProblem[];

  constructor(problems: readonly FileProblem[]) {
    super(problems.map(({ file, message }) => `${file}: ${message}`).join('; '));
    this.problems = problems;
  }
}

/** Reads the policies of a set; compiled modules are only checked for existence. @throws FileProblems */
export function readPolicies(files: PolicyFiles): Policy[] {
  const name = MANIFEST_NAMES.find((candidate) => files.has(candidate));
  if (name === undefined) {
    const message = `the archive has no ${MANIFEST_NAMES.join(', ')}: it names the policies`;
    throw new FileProblems([{ file: MANIFEST_NAMES[0] ?? '', message, line: 1, column: 1 }]);
  }
  const { value, at } = readManifest(name, files.get(name)?.toString('utf8') ?? '');
  const problems: FileProblem[] = [];
  const seen = new Set<string>();
  const hasRego = [...files.keys()].some((file) => file.endsWith('.rego'));
  const policies = value.policies.map((entry, index): Policy => {
    const report = (key: string, message: string, offset = 0): void => {
      problems.push({
        file: name,
        message: `policies[${index}].${key}: ${message}`,
        ...at(['policies', index, key], offset),
      });
    };
    if (seen.has(entry.name)) report('name', 'another policy has this name');
    seen.add(entry.name);
    const { description, enforcement: level, message = null } = entry;
    const policy = { name: entry.name, description, level, message };
    if (entry.opa !== undefined) {
      if (!files.has(entry.opa)) report('opa', `there is no ${entry.opa} in the archive`);
      return { ...policy, rule: { language: 'opa', file: entry.opa, entrypoint: entry.entrypoint ?? null } };
    }
    if (entry.query !== undefined) {
      if (!hasRego) report('query', 'there is no .rego file in the archive');
      return { ...policy, rule: { language: 'rego', query: entry.query, version: value.rego_version } };
    }
    const written = entry.cel ?? '';
    const file = files.get(written);
    const source = file?.toString('utf8') ?? written;
    const problem = celProblem(source);
    if (problem !== undefined && file === undefined) report('cel', problem.message, problem.offset);
    else if (problem !== undefined)
      problems.push({ file: written, message: problem.message, ...placeIn(source, problem.offset) });
    return { ...policy, rule: { language: 'cel', source } };
  });
  if (problems.length > 0) throw new FileProblems(problems);
  return policies;
}

function readManifest(name: string, source: string) {
  try {
    return readSource(source, Manifest);
  } catch (error) {
    if (!(error instanceof SourceProblems)) throw error;
    throw new FileProblems(error.problems.map((problem) => ({ file: name, ...problem })));
  }
}

/** The problem of an expression, or undefined. */
export function celProblem(source: string): CelProblem | undefined {
  try {
    if (hasUnstorable(source)) throw new CelProblem('holds a NUL or half a character', 0);
    if (source.length > MAX_SOURCE) throw new CelProblem(`has more than ${MAX_SOURCE} characters`, 0);
    const { gives } = policyLanguage.compile(source);
    if (!/^(dyn|bool|list|map)/.test(gives))
      throw new CelProblem(`gives ${gives}: it must give true or false, or a list of what is wrong`, 0);
    return undefined;
  } catch (error) {
    if (error instanceof CelProblem) return error;
    throw error;
  }
}

export function placeIn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
