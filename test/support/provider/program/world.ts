/**
 * Where the objects of a provider are stored: behind an address, as with a cloud, or in a folder. With neither
 * they exist only in terraform's state. Changing them in either place causes drift.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './faults.ts';
import { Unknown, type ObjectValue } from './values.ts';

export interface World {
  /** Resolves to undefined when there is no such object. */
  read(id: string): Promise<ObjectValue | undefined>;
  write(id: string, object: ObjectValue): Promise<void>;
  remove(id: string): Promise<void>;
  /** Writes one line for each call of terraform. */
  trace(event: ObjectValue): Promise<void>;
}

/** Undefined where the configuration names no place, or one that is not known yet. */
export function openWorld(configuration: ObjectValue): World | undefined {
  const { url, folder, token } = configuration;
  if (typeof url === 'string') return worldAt(url, typeof token === 'string' ? token : undefined);
  if (typeof folder === 'string') return worldIn(folder);
  return undefined;
}

function worldIn(folder: string): World {
  mkdirSync(folder, { recursive: true });
  const fileOf = (id: string) => join(folder, `${encodeURIComponent(id)}.json`);
  return {
    async read(id) {
      try {
        return JSON.parse(readFileSync(fileOf(id), 'utf8')) as ObjectValue;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(id, object) {
      const partial = `${fileOf(id)}.${process.pid}`;
      writeFileSync(partial, toJson(object));
      renameSync(partial, fileOf(id));
    },
    async remove(id) {
      rmSync(fileOf(id), { force: true });
    },
    async trace(event) {
      appendFileSync(join(folder, 'trace'), `${toJson(event)}\n`);
    },
  };
}

function worldAt(url: string, token: string | undefined): World {
  async function call(method: string, path: string, body?: ObjectValue): Promise<Response> {
    const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method,
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      ...(body ? { body: toJson(body) } : {}),
    }).catch((error: unknown) => {
      throw new Failure('The service cannot be reached', String(error));
    });
    if (!response.ok && response.status !== 404)
      throw new Failure(`The service answers ${response.status}`, await response.text());
    return response;
  }
  const pathOf = (id: string) => `objects/${encodeURIComponent(id)}`;
  return {
    async read(id) {
      const response = await call('GET', pathOf(id));
      return response.status === 404 ? undefined : ((await response.json()) as ObjectValue);
    },
    async write(id, object) {
      await call('PUT', pathOf(id), object);
    },
    async remove(id) {
      await call('DELETE', pathOf(id));
    },
    async trace(event) {
      await call('POST', 'trace', event);
    },
  };
}

/** JSON text in which numbers that JSON cannot hold are strings; terraform accepts both. */
function toJson(object: ObjectValue): string {
  return JSON.stringify(object, (_key, value: unknown) => {
    if (value instanceof Unknown) return null;
    return typeof value === 'bigint' ? String(value) : value;
  });
}
