import * as z from 'zod';
import { type Address, parseAddress } from './address.ts';

/** Why a text cannot be targeted, as one sentence; null for any module, resource, instance or data source. */
export function targetAddressProblem(text: string): string | null {
  return addressProblem(text, () => null);
}

/** The reason why a text cannot be replaced, as one sentence; null for a managed resource or one of its instances. */
export function replaceAddressProblem(text: string): string | null {
  return addressProblem(text, ({ resource }) => {
    if (resource === null) return 'a module cannot be replaced; name a resource in it';
    if (resource.mode === 'data') return 'a data source cannot be replaced';
    if (resource.mode === 'ephemeral') return 'an ephemeral resource cannot be replaced';
    return null;
  });
}

export function isTargetAddress(text: string): boolean {
  return targetAddressProblem(text) === null;
}

export function isReplaceAddress(text: string): boolean {
  return replaceAddressProblem(text) === null;
}

/** An entry of `target_addrs`. */
export const TargetAddress = addressSchema(targetAddressProblem);

/** An entry of `replace_addrs`. */
export const ReplaceAddress = addressSchema(replaceAddressProblem);

/** Longer addresses are not accepted on a command line. */
const ADDRESS_CHARS_MAX = 4_096;

function addressProblem(text: string, rule: (address: Address) => string | null): string | null {
  if (text.length > ADDRESS_CHARS_MAX) {
    return `${quote(text)} is not a valid resource address here: it has more than ${ADDRESS_CHARS_MAX} characters`;
  }
  const parsed = parseAddress(text);
  const problem = parsed.ok ? rule(parsed.address) : parsed.problem.message;
  return problem === null ? null : `${quote(text)} is not a valid resource address here: ${problem}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function addressSchema(problemOf: (text: string) => string | null) {
  // Terraform accepts an address with spaces around it.
  const trimmed = z.string().overwrite((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
  return trimmed.superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });
}
