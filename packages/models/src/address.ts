import { type AddressProblem, AddressScanner } from './address-scanner.ts';
import { type InstanceKey, printKey } from './instance-key.ts';

export interface ModuleStep {
  readonly name: string;
  readonly key: InstanceKey | null;
}

export interface ResourceStep {
  readonly mode: 'managed' | 'data' | 'ephemeral';
  readonly type: string;
  readonly name: string;
  readonly key: InstanceKey | null;
}

/** A path of modules and, unless the whole module is meant, one resource or instance in it. */
export interface Address {
  readonly modules: readonly ModuleStep[];
  readonly resource: ResourceStep | null;
}

export type ParsedAddress =
  { readonly ok: true; readonly address: Address } | { readonly ok: false; readonly problem: AddressProblem };

/** Words that terraform reserves in the place of a resource type. */
const RESERVED = [
  'count',
  'each',
  'local',
  'path',
  'self',
  'terraform',
  'var',
  'template',
  'lazy',
  'arg',
  'resource',
];

/**
 * Reads a terraform resource address: `module.network`, `module.a["k"].data.aws_ami.x`, `aws_instance.web[0]`.
 *
 * The text must be exactly the address: no spaces, control characters or options around it, so that an accepted text
 * is safe as the value of `-target=` and `-replace=` (run-models, RunParams; threats T21).
 */
export function parseAddress(text: string): ParsedAddress {
  const scanner = new AddressScanner(text);
  const modules: ModuleStep[] = [];
  let resource: ResourceStep | null = null;
  do {
    const word = scanner.identifier('a module or a resource type');
    if (word === 'module') {
      scanner.dot('and the name of the module');
      modules.push({ name: scanner.identifier('the name of the module'), key: scanner.instanceKey() });
    } else {
      resource = readResource(scanner, word);
    }
  } while (resource === null && scanner.skipDot());
  scanner.end();
  if (scanner.problem !== null) return { ok: false, problem: scanner.problem };
  return { ok: true, address: { modules, resource } };
}

function readResource(scanner: AddressScanner, word: string): ResourceStep {
  const mode = word === 'data' || word === 'ephemeral' ? word : 'managed';
  let type = word;
  if (mode !== 'managed') {
    scanner.dot('and a resource type');
    type = scanner.identifier('a resource type');
  } else if (RESERVED.includes(word)) {
    scanner.fail(`"${word}" is not a resource type`, -word.length);
  }
  scanner.dot('and the name of the resource');
  return { mode, type, name: scanner.identifier('the name of the resource'), key: scanner.instanceKey() };
}

/** The text of an address; for a parsed one, exactly its original text. */
export function printAddress(address: Address): string {
  const steps = address.modules.map((step) => `module.${step.name}${printKey(step.key)}`);
  if (address.resource !== null) {
    const { mode, type, name, key } = address.resource;
    steps.push(`${mode === 'managed' ? '' : `${mode}.`}${type}.${name}${printKey(key)}`);
  }
  return steps.join('.');
}
