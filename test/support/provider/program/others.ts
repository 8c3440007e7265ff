/** Everything other than resources: data sources, ephemeral resources and functions. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { Failure, meet } from './faults.ts';
import type { Message } from './messages.ts';
import { sha256, type OpenedWorld } from './thing.ts';
import { readObject, readValue, writeValue, type ObjectValue, type Value } from './values.ts';

export function otherMethods(world: OpenedWorld): Record<string, (request: Message) => Promise<Message>> {
  return {
    async ValidateDataResourceConfig(request) {
      return { diagnostics: await meet('validate', readObject(request['config'])) };
    },

    async ReadDataSource(request) {
      const config = readObject(request['config']) ?? {};
      const diagnostics = await meet('read', config);
      const state = await readData(String(request['type_name']), config, world);
      return { state: writeValue({ ...config, ...state }), diagnostics };
    },

    async ValidateEphemeralResourceConfig(request) {
      return { diagnostics: await meet('validate', readObject(request['config'])) };
    },

    async OpenEphemeralResource(request) {
      const config = readObject(request['config']) ?? {};
      const diagnostics = await meet('open', config);
      const token = `token-${String(config['name'])}-${randomBytes(8).toString('hex')}`;
      return {
        result: writeValue({ ...config, token }),
        diagnostics,
        private: remember(config),
        ...renewal(config),
      };
    },

    async RenewEphemeralResource(request) {
      const config = recall(request['private']);
      return { diagnostics: await meet('renew', config), private: request['private'], ...renewal(config) };
    },

    async CloseEphemeralResource(request) {
      return { diagnostics: await meet('close', recall(request['private'])) };
    },

    async CallFunction(request) {
      const values = (request['arguments'] as unknown[]).map(readValue);
      const [first = null] = values;
      if (request['name'] === 'refuse') return { error: { text: String(first), function_argument: 0 } };
      const result = request['name'] === 'shout' ? `${String(first).toUpperCase()}!` : sum(values);
      return { result: writeValue(result) };
    },
  };
}

async function readData(type: string, config: ObjectValue, world: OpenedWorld): Promise<ObjectValue> {
  if (type === 'fixture_file') {
    const [path, content] = [String(config['path']), String(config['content'])];
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return { sha256: sha256(content) };
  }
  if (type === 'fixture_surroundings') return lookAround(config);
  const object = await world()?.read(String(config['id']));
  if (object === undefined)
    throw new Failure('There is no such thing', `Nothing has the id ${String(config['id'])}.`);
  return { name: object['name'] ?? null, value: object['value'] ?? null };
}

/** Looks for what a malicious provider could reach from where it runs. */
function lookAround(config: ObjectValue): ObjectValue {
  const paths = (value: Value | undefined) => (Array.isArray(value) ? value.map(String) : []);
  const readable = paths(config['read']).flatMap((path): [string, string][] => {
    try {
      return [[path, readFileSync(path, 'utf8').slice(0, 1_000)]];
    } catch {
      return [];
    }
  });
  const writable = paths(config['write']).map((path): [string, boolean] => {
    try {
      appendFileSync(path, '');
      return [path, true];
    } catch {
      return [path, false];
    }
  });
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return {
    environment: { ...process.env } as ObjectValue,
    readable: Object.fromEntries(readable),
    writable: Object.fromEntries(writable),
    program: process.argv[1] ?? null,
    processes: pids.map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return '';
      }
    }),
  };
}

function renewal(config: ObjectValue): Message {
  const ms = config['renew_after_ms'];
  if (typeof ms !== 'number') return {};
  const at = Date.now() + ms;
  return { renew_at: { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1e6 } };
}

function remember(config: ObjectValue): Buffer {
  return Buffer.from(JSON.stringify(config));
}

function recall(bytes: unknown): ObjectValue {
  return JSON.parse(Buffer.from(bytes as Uint8Array).toString('utf8')) as ObjectValue;
}

function sum(values: Value[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}
