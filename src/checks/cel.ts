import { Environment, ParseError } from '@marcbachmann/cel-js';
import { EvaluationError } from '@marcbachmann/cel-js';

/** An expression that is invalid, or failed; `offset` is the place in it, from 0. */
export class CelProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface CelExpression {
  /** The type of its value, as the language calls it; `dyn`: known only with the values. */
  readonly gives: string;
  /** @throws CelProblem the expression fails for these values */
  evaluate(values: Record<string, unknown>): unknown;
}

/**
 * Common Expression Language over the named variables, each of which holds a JSON value. JSON numbers are doubles, so
 * whole numbers in an expression mix with them.
 */
export function createCel(variables: readonly string[]): { compile(source: string): CelExpression } {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 5_000, maxDepth: 100 },
  });
  for (const name of variables) environment.registerVariable(name, 'dyn');
  for (const [symbol, act] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`int ${symbol} double`, (a: bigint, b: number) => act(Number(a), b));
    environment.registerOperator(`double ${symbol} int`, (a: number, b: bigint) => act(a, Number(b)));
  }
  return {
    /** @throws CelProblem the expression is invalid, or uses an unknown name */
    compile(source) {
      const parsed = naming(() => environment.parse(source));
      const { valid, error, type } = parsed.check();
      if (!valid) throw toProblem(error);
      return {
        gives: type ?? 'dyn',
        evaluate: (values) => naming(() => parsed(values) as unknown),
      };
    },
  };
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

function naming<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw toProblem(error);
  }
}

function toProblem(error: unknown): CelProblem {
  if (error instanceof ParseError || error instanceof EvaluationError || isRanged(error))
    return new CelProblem(error.summary, error.range?.start ?? 0);
  return new CelProblem(error instanceof Error ? error.message : String(error), 0);
}

/** A type error has the same parts; its class has the name of one of JavaScript's own. */
const isRanged = (error: unknown): error is { summary: string; range?: { start: number } } =>
  typeof error === 'object' && error !== null && 'summary' in error && typeof error.summary === 'string';
