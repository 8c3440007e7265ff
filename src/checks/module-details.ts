import { list } from 'tar';
import { storable } from './storable-text.ts';

export interface ModuleInput {
  name: string;
  type: string;
  description: string;
  /** As JSON; empty: the variable is required. */
  default: string;
  required: boolean;
  sensitive: boolean;
}

/** Facts from the module's top-level files, without its submodules. */
export interface ModuleDetails {
  inputs: ModuleInput[];
  outputs: { name: string; description: string }[];
  resources: { name: string; type: string }[];
  providers: { name: string; source: string; version: string }[];
}

const MAX_FILES = 200;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_TEXT = 4_000;

type Blocks = Record<string, unknown>;

/**
 * @param archive the path of a tar.gz that was checked before
 * @returns null details where it is too large to read; a problem with file and line where a file is not HCL
 */
export async function readModuleDetails(
  archive: string,
): Promise<{ details: ModuleDetails | null } | { problem: string }> {
  const files = await readTopFiles(archive);
  if (files === undefined) return { details: null };
  // Loaded only here, since other requests may not read its files.
  const { parse } = await import('@cdktf/hcl2json');
  const details: ModuleDetails = { inputs: [], outputs: [], resources: [], providers: [] };
  for (const [name, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      addBlocks(details, name.endsWith('.json') ? objectOf(JSON.parse(text)) : await parse(name, text));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const [, place] = /^parse config: \[([\s\S]*)\]$/.exec(said) ?? [];
      return { problem: storable((place ?? `${name}: ${said}`).slice(0, 500)) };
    }
  }
  return { details };
}

async function readTopFiles(archive: string): Promise<Map<string, string> | undefined> {
  const files = new Map<string, string>();
  let bytes = 0;
  await list({
    file: archive,
    onReadEntry(entry) {
      const name = entry.path.replace(/^(\.\/)+/, '');
      if (name.includes('/') || !/\.(tf|tofu)(\.json)?$/.test(name)) return;
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_BYTES) chunks.push(chunk);
      });
      entry.on('end', () => files.set(name, Buffer.concat(chunks).toString('utf8')));
    },
  });
  return bytes > MAX_BYTES || files.size > MAX_FILES ? undefined : files;
}

function addBlocks(details: ModuleDetails, parsed: Blocks): void {
  for (const [name, body] of bodiesOf(parsed['variable'])) {
    const isOptional = 'default' in body;
    details.inputs.push({
      name: textOf(name),
      type: textOf(body['type']).replace(/^\$\{([\s\S]*)\}$/, '$1') || 'any',
      description: textOf(body['description']),
      default: isOptional ? textOf(JSON.stringify(body['default'])) : '',
      required: !isOptional,
      sensitive: body['sensitive'] === true,
    });
  }
  for (const [name, body] of bodiesOf(parsed['output']))
    details.outputs.push({ name: textOf(name), description: textOf(body['description']) });
  for (const [type, named] of Object.entries(objectOf(parsed['resource'])))
    for (const name of Object.keys(objectOf(named)))
      details.resources.push({ name: textOf(name), type: textOf(type) });
  for (const settings of [parsed['terraform']].flat().map(objectOf))
    for (const wanted of [settings['required_providers']].flat().map(objectOf))
      for (const [name, said] of Object.entries(wanted)) {
        const { source, version } = objectOf(said);
        const constraint = typeof said === 'string' ? said : version;
        details.providers.push({
          name: textOf(name),
          source: textOf(source),
          version: textOf(constraint),
        });
      }
}

/** Blocks with one label: HCL gives a list of bodies for each, JSON often a single body. */
const bodiesOf = (blocks: unknown): [string, Blocks][] =>
  Object.entries(objectOf(blocks)).map(([name, bodies]) => [name, objectOf([bodies].flat()[0])]);

const objectOf = (value: unknown): Blocks =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Blocks) : {};

const textOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return storable(text.slice(0, MAX_TEXT));
};
