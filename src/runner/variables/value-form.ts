import type { StepVariable } from '../../protocol/agent.ts';
import { StepFailure } from '../step-failure.ts';
import type { HclNode, ParseExpression } from './hcl-parser.ts';
import { isPlainLiteral } from './plain-literal.ts';

/** Digits and related characters: a number, or a version, postal code or account that only looks like one. */
const NUMERIC = /^-?[\d.][\d.eE+-]*$/;
/** A number that keeps its spelling, however many digits it has: no leading zeros, no trailing zeros of a fraction. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?(?:[eE][+-]?\d+)?$/;
/** Every literal starts with a string, collection, number, sign, parenthesis, comment, heredoc or keyword. */
const MAY_BE_LITERAL = /^\s*(?:["[{(<#/.\d-]|(?:true|false|null)\b)/;
const MAX_HCL_BYTES = 1024 ** 2;

/**
 * How a variable is passed to terraform (terraform-cli B6): as an HCL expression, or as a literal string. `auto` is
 * HCL when the whole text is one literal value. Errors: {@link StepFailure} when `hcl` is not a single expression,
 * which also keeps a value from smuggling in a second variable. `007` and `1.10` are strings, since numbers would
 * lose their zeros; terraform makes numbers of them where a number is declared.
 */
export async function decideForm(variable: StepVariable, parse: ParseExpression): Promise<'hcl' | 'string'> {
  const { key, value, form } = variable;
  if (form === 'string') return 'string';
  if (form === 'auto' && NUMERIC.test(value)) return NUMBER.test(value) ? 'hcl' : 'string';
  if (isPlainLiteral(value)) return 'hcl';
  if (form === 'auto' && (!MAY_BE_LITERAL.test(value) || value.length > MAX_HCL_BYTES)) return 'string';
  const shown = JSON.stringify(key);
  if (value.length > MAX_HCL_BYTES) throw new StepFailure(`The HCL value of variable ${shown} is too large`);
  let tree: HclNode | undefined;
  try {
    tree = await parse(withFinalNewline(value));
  } catch (error) {
    throw new StepFailure(`The value of variable ${shown} cannot be parsed`, String(error), { cause: error });
  }
  if (form === 'auto') return tree !== undefined && isLiteral(tree) ? 'hcl' : 'string';
  if (tree === undefined) {
    throw new StepFailure(
      `The value of variable ${shown} is no HCL expression`,
      'The variable is marked as HCL: write one expression, such as ["a", "b"] or "a text in quotes", or set hcl to false for a plain text.',
    );
  }
  return 'hcl';
}

/** Adds the newline that a heredoc needs at its end. */
export function withFinalNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Whether a value can be read without evaluation: no references, calls, operators or interpolation anywhere. */
function isLiteral(node: HclNode): boolean {
  switch (node.type) {
    case 'literalValue':
      return true;
    case 'template':
      // Escapes stay inside one string; an interpolated part is a separate child of any type.
      return node.children.every((part) => part.type === 'literalValue' && part.meta?.type === 'string');
    case 'unaryOp':
      return (
        node.meta?.operator === 'negate' &&
        node.children.length === 1 &&
        node.children.every((child) => child.type === 'literalValue' && child.meta?.type === 'number')
      );
    case 'tuple':
      return node.children.every(isLiteral);
    case 'object':
      return node.children.every((child) => isObjectKey(child) || isLiteral(child));
    default:
      return false;
  }
}

/** A bare word has no children, a quoted key has one string; `(expression)` keys are neither. */
function isObjectKey(node: HclNode): boolean {
  return node.type === '' && node.children.every((key) => key.type === 'template' && isLiteral(key));
}
