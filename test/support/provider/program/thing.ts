/** The life of a resource: plan, create, update, read, move, import, destroy. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { errorOf, Failure, meet } from './faults.ts';
import type { Message } from './messages.ts';
import { THING_BLOCKS, THING_INPUTS, THING_OUTPUTS } from './schemas.ts';
import { readObject, Unknown, writeValue, type ObjectValue, type Value } from './values.ts';
import type { World } from './world.ts';

/** The attributes that may change outside of terraform. */
const SEEN = ['name', 'value', 'number', 'flag', 'list', 'labels', 'tags', 'shape', 'secret', 'default'];
const CONFIG_UNKNOWN = 1;

export type OpenedWorld = () => World | undefined;

export function thingMethods(world: OpenedWorld): Record<string, (request: Message) => Promise<Message>> {
  return {
    async ValidateResourceConfig(request) {
      return { diagnostics: await meet('validate', readObject(request['config'])) };
    },

    async UpgradeResourceState(request) {
      const { version, type_name, raw_state } = request;
      const json = (raw_state as { json: Uint8Array }).json;
      // Protobuf omits a number that is 0.
      if ((version ?? 0) !== 0 || !isThing(type_name)) return { upgraded_state: { json } };
      const { label, ...old } = JSON.parse(Buffer.from(json).toString('utf8')) as ObjectValue;
      return { upgraded_state: toJson({ ...emptyThing(), ...old, name: old['name'] ?? label ?? null }) };
    },

    async MoveResourceState(request) {
      const json = (request['source_state'] as { json: Uint8Array }).json;
      if (isThing(request['source_type_name'])) return { target_state: { json } };
      const { id, input } = JSON.parse(Buffer.from(json).toString('utf8')) as ObjectValue;
      const value = typeof input === 'string' ? input : null;
      return { target_state: toJson({ ...emptyThing(), id: id ?? null, value }) };
    },

    async ImportResourceState(request) {
      const id = String(request['id']);
      if (id === 'refused') throw new Failure('The import failed', 'Nothing can be imported by this name.');
      const state = { ...emptyThing(), id, ...(world() ? {} : { name: id }) };
      return { imported_resources: [{ type_name: request['type_name'], state: writeValue(state) }] };
    },

    async ReadResource(request) {
      const state = readObject(request['current_state']);
      const warnings = await meet('read', state);
      const answer = { private: request['private'], diagnostics: warnings };
      const id = state?.['id'];
      const place = world();
      if (!place || typeof id !== 'string') return { ...answer, new_state: request['current_state'] };
      const object = await place.read(id);
      if (object === undefined) return { ...answer, new_state: writeValue(null) };
      const seen = SEEN.filter((name) => name in object).map((name) => [name, object[name] ?? null]);
      const found = { ...state, ...(Object.fromEntries(seen) as ObjectValue) };
      return { ...answer, new_state: writeValue({ ...found, ...derived(found) }) };
    },

    async PlanResourceChange(request) {
      const prior = readObject(request['prior_state']);
      const proposed = readObject(request['proposed_new_state']);
      if (proposed === null)
        return { planned_state: writeValue(null), diagnostics: await meet('plan_destroy', prior) };
      const diagnostics = await meet('plan', proposed);
      if (proposed['defer'] === true)
        return { planned_state: request['proposed_new_state'], deferred: { reason: CONFIG_UNKNOWN } };
      if (!isThing(request['type_name']))
        return { planned_state: request['proposed_new_state'], diagnostics };
      const isReplaced = prior !== null && !isDeepStrictEqual(prior['name'], proposed['name']);
      return {
        planned_state: writeValue(planThing(prior, proposed)),
        requires_replace: isReplaced ? [{ steps: [{ attribute_name: 'name' }] }] : [],
        diagnostics,
      };
    },

    async ApplyResourceChange(request) {
      const prior = readObject(request['prior_state']);
      const planned = readObject(request['planned_state']);
      if (planned === null) {
        const diagnostics = await orPrior(meet('delete', prior), prior);
        if ('new_state' in diagnostics) return diagnostics;
        await world()?.remove(String(prior?.['id']));
        return { new_state: writeValue(null), ...diagnostics };
      }
      if (!isThing(request['type_name'])) return { new_state: request['planned_state'] };
      const [before, after] = prior === null ? ['create', 'created'] : ['update', 'updated'];
      const started = await orPrior(meet(before, planned), prior);
      if ('new_state' in started) return started;
      const made = makeThing(prior, planned, readObject(request['config']));
      await world()?.write(String(made['id']), made);
      // The object exists, so it must get into the state even if the rest fails.
      const ended = await orPrior(meet(after, planned), made);
      const diagnostics = [...(started['diagnostics'] as Message[]), ...(ended['diagnostics'] as Message[])];
      return { new_state: writeValue(made), private: Buffer.from('made by the fixture'), diagnostics };
    },
  };
}

/** Returns an error of an apply together with the state that exists. */
async function orPrior(meeting: Promise<Message[]>, state: ObjectValue | null): Promise<Message> {
  try {
    return { diagnostics: await meeting };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { new_state: writeValue(state), diagnostics: [errorOf(error)] };
  }
}

function isThing(typeName: unknown): boolean {
  return typeName === 'fixture_thing' || typeName === 'fixture_item';
}

function emptyThing(): ObjectValue {
  const attributes = [...Object.keys(THING_INPUTS), ...Object.keys(THING_OUTPUTS), 'default', 'write_only'];
  return Object.fromEntries([
    ...attributes.map((name) => [name, null]),
    ...THING_BLOCKS.map((name) => [name, []]),
  ]) as ObjectValue;
}

function planThing(prior: ObjectValue | null, proposed: ObjectValue): ObjectValue {
  const inputs = [...Object.keys(THING_INPUTS), ...THING_BLOCKS];
  const hasChanged = (name: string) => prior === null || !isDeepStrictEqual(prior[name], proposed[name]);
  const known = (name: string, isNew: boolean): Value => (isNew ? new Unknown() : (prior?.[name] ?? null));
  return {
    ...proposed,
    write_only: null,
    default: proposed['default'] ?? known('default', prior === null),
    id: known('id', prior === null),
    revision: known('revision', inputs.some(hasChanged)),
    ...derived(proposed),
    written_sha256: known('written_sha256', hasChanged('write_only_version')),
    source_sha256: known('source_sha256', hasChanged('source_file')),
    output: known('output', hasChanged('output_bytes')),
  };
}

function makeThing(prior: ObjectValue | null, planned: ObjectValue, config: ObjectValue | null): ObjectValue {
  const made: ObjectValue = {
    id: `${textOf(planned['name']) ?? 'thing'}-${randomBytes(4).toString('hex')}`,
    revision: Number(prior?.['revision'] ?? 0) + 1,
    ...derived(planned),
    written_sha256: sha256(textOf(config?.['write_only'])),
    source_sha256: sha256(readSource(textOf(planned['source_file']))),
    output: planned['output_bytes'] === null ? null : 'o'.repeat(Number(planned['output_bytes'])),
    default: 'chosen by the provider',
  };
  const filled = Object.entries(planned).map(([name, value]) => [
    name,
    value instanceof Unknown ? (made[name] ?? null) : value,
  ]);
  return Object.fromEntries(filled) as ObjectValue;
}

function readSource(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Failure('The source file cannot be read', String(error));
  }
}

/** The values that are computed from the configuration. */
function derived({ value, secret }: ObjectValue): ObjectValue {
  const length = value instanceof Unknown ? new Unknown() : (textOf(value) ?? '').length;
  return { value_length: length, secret_copy: secret ?? null };
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function sha256(bytes: string | Buffer | undefined): string | null {
  return bytes === undefined ? null : createHash('sha256').update(bytes).digest('hex');
}

function toJson(state: ObjectValue): Message {
  return { json: Buffer.from(JSON.stringify(state)) };
}
