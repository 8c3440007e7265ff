/** Requests of the server to the process that checks users' files, and their answers. */
import type { Estimate, NamedPrices } from './estimate.ts';
import type { ModuleDetails } from './module-details.ts';
import type { FileProblem } from './policy-manifest.ts';
import type { Policy, PolicyInput, PolicyOutcome } from './policy.ts';
import type { PriceBook } from './price-book.ts';
import type { SourceProblem } from './source-text.ts';

export type CheckRequest =
  | { kind: 'read-price-book'; source: string }
  /** `plan`: the path of the redacted plan. */
  | { kind: 'estimate'; plan: string; books: NamedPrices[] }
  /** `archive`: the path of a tar.gz. */
  | { kind: 'read-policy-set'; archive: string }
  | { kind: 'read-cel'; source: string }
  /** `archive`: the path of a tar.gz. */
  | { kind: 'read-module'; archive: string }
  /** Writes into `folder`, for `opa`: `archive` is the path of a tar.gz, `evaluated.plan` that of a plan. */
  | {
      kind: 'lay-out-rego';
      archive: string;
      folder: string;
      version: 0 | 1;
      evaluated: { plan: string; input: Omit<PolicyInput, 'plan'> } | null;
    }
  | {
      kind: 'evaluate';
      plan: string;
      /** null: the policies come without an archive. */
      archive: string | null;
      policies: readonly Policy[];
      input: Omit<PolicyInput, 'plan'>;
    };

export interface CheckAnswers {
  'read-price-book': { book: PriceBook } | { problems: readonly SourceProblem[] };
  estimate: Estimate;
  'read-policy-set': { policies: Policy[] } | { problems: readonly FileProblem[] };
  'read-cel': { problems: readonly SourceProblem[] };
  'read-module': { details: ModuleDetails | null } | { problem: string };
  'lay-out-rego': null;
  evaluate: { outcomes: PolicyOutcome[] };
}

/** The answer to one kind of request. */
export type AnswerTo<Request extends CheckRequest> = CheckAnswers[Request['kind']];
